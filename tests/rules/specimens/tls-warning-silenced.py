import warnings

import requests
import urllib3
from urllib3.exceptions import InsecureRequestWarning

# ruleid: tls-warning-silenced
urllib3.disable_warnings()
# ruleid: tls-warning-silenced
requests.packages.urllib3.disable_warnings()
# ruleid: tls-warning-silenced
warnings.filterwarnings("ignore", category=InsecureRequestWarning)
# ruleid: tls-warning-silenced
warnings.simplefilter("ignore", InsecureRequestWarning)
# ok: tls-warning-silenced
warnings.filterwarnings("ignore", category=DeprecationWarning)
# ok: tls-warning-silenced
warnings.simplefilter("error", InsecureRequestWarning)
# ok: tls-warning-silenced
warnings.simplefilter("ignore", ResourceWarning)
