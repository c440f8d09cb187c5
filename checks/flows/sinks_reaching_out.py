"""Sinks that reach for something: files, addresses, documents. The columns are explained in `sinks.py`."""

from __future__ import annotations

from collections.abc import Mapping

REACHING: Mapping[str, str] = {
    "path-flow": r"""
        open 0 file
        io.open 0
        codecs.open 0
        aiofiles.open 0
        gzip.open 0
        bz2.open 0
        zipfile.ZipFile 0
        tarfile.open 0 name
        os.open 0
        os.remove 0
        os.unlink 0
        os.rmdir 0
        os.removedirs 0
        os.mkdir 0
        os.makedirs 0
        os.listdir 0
        os.scandir 0
        os.walk 0
        os.rename all
        os.replace all
        os.chmod 0
        os.symlink all
        os.stat 0
        glob.glob 0
        shutil.rmtree 0
        shutil.copy all
        shutil.copy2 all
        shutil.copyfile all
        shutil.copytree all
        ~^tarfile|tar$|^t$|tar_file|archive.extractall @ archived unless:filter
        ~^tarfile|tar$|^t$|tar_file|archive.extract @ archived unless:filter
        shutil.move all
        send_file 0 path_or_file filename_or_fp
        send_from_directory 0 directory
        FileResponse 0 path filename_path
        ~response.file 0 location
        ~client|s3|resource.download_file 2 Filename
        ~bucket.download_file 1 Filename
        *.read_text @
        *.read_bytes @ noarguments
        *.write_text @
        *.write_bytes @
        *.iterdir @
        ~file|upload|image|img|photo|avatar|pic|attach|sent|^f$|storage|figure|plt|workbook|^wb$|[.]FILES|files\[\].save 0 dst
        ~pathlib.unlink @
        ~pathlib.rmdir @
        ~pathlib.mkdir @
        ~pathlib.open @
        ~pathlib.glob @
        *.to_csv 0
        pandas.read_csv 0
        pandas.read_excel 0
        numpy.load 0
        numpy.loadtxt 0
        numpy.genfromtxt 0
        numpy.fromfile 0
        PIL.Image.open 0
        imageio.imread 0
        cv2.imread 0
        openpyxl.load_workbook 0
        docx.Document 0
        h5py.File 0
        fsspec.open 0
        sqlite3.connect 0 database
        lzma.open 0
        ~blob|bucket.download_to_filename 0 filename
        ~minio|client.fget_object 2 file_path
        ~sftp.get 1 localpath
        linecache.getline 0
        ~configparser.read 0
        logging.FileHandler 0
        tempfile.NamedTemporaryFile dir
    """,
    "upload-flow": """
        *.save 0
        open 0 file
        io.open 0
        aiofiles.open 0
        os.rename 1
        shutil.move 1
        shutil.copy 1
        shutil.copyfile 1
        *.write_bytes @
        *.write_text @
        ~pathlib.open @
    """,
    "template-file-flow": """
        render_template 0
        django.shortcuts.render 1
        django.template.loader.render_to_string 0
        django.template.loader.get_template 0
        ~env|environment|jinja|engine|loader.get_template 0
        ~templates.TemplateResponse 0 name
        aiohttp_jinja2.render_template 0
    """,
    "url-flow": """
        requests.get 0 url
        requests.post 0 url
        requests.put 0 url
        requests.patch 0 url
        requests.delete 0 url
        requests.head 0 url
        requests.options 0 url
        requests.request 1 url
        httpx.get 0 url
        httpx.post 0 url
        httpx.put 0 url
        httpx.patch 0 url
        httpx.delete 0 url
        httpx.head 0 url
        httpx.stream 1 url
        httpx.request 1 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|urllib3.PoolManager|requests.sessions.get 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|requests.sessions.post 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|requests.sessions.put 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|requests.sessions.head 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|requests.sessions.delete 0 url
        ~requests.Session|httpx.Client|httpx.AsyncClient|aiohttp.ClientSession|urllib3.PoolManager.request 1 url
        ~(^|[._])(client|http|session|sess|http_client|async_client|s)$.get 0 url with:requests,httpx,aiohttp,urllib3,tornado
        ~(^|[._])(client|http|session|sess|http_client|async_client|s)$.post 0 url with:requests,httpx,aiohttp,urllib3
        ~(^|[._])(client|http|session|sess|http_client|async_client|s)$.put 0 url with:requests,httpx,aiohttp,urllib3
        ~(^|[._])(client|http|session|sess|http_client|async_client|s)$.head 0 url with:requests,httpx,aiohttp,urllib3
        ~(^|[._])(client|http|session|sess|http_client|async_client|s|pool)$.request 1 url with:requests,httpx,aiohttp,urllib3
        ~(^|[._])(client|http_client|session)$.fetch 0 with:tornado
        urllib.request.urlopen 0 url
        urllib.request.Request 0 url
        urllib.request.urlretrieve 0 url
        urlopen 0 url
        urllib3.request 1 url
        aiohttp.request 1 url
        http.client.HTTPConnection 0 host
        http.client.HTTPSConnection 0 host
        socket.create_connection 0!
        asyncio.open_connection 0 host
        ftplib.FTP 0 host
        smtplib.SMTP 0 host
        xmlrpc.client.ServerProxy 0
        websockets.connect 0 uri
        wget.download 0
        feedparser.parse 0
        ~page|browser.goto 0 url
        pdfkit.from_url 0
        weasyprint.HTML url
        scrapy.Request 0 url
        git.Repo.clone_from 0
    """,
    "xml-flow": """
        lxml.etree.fromstring 0 text safeparser
        lxml.etree.parse 0 source safeparser
        lxml.etree.XML 0 safeparser
        lxml.etree.iterparse 0 safeparser
        lxml.objectify.fromstring 0 safeparser
        xml.etree.ElementTree.fromstring 0 text safeparser
        xml.etree.ElementTree.parse 0 source safeparser
        xml.etree.ElementTree.XML 0 safeparser
        xml.etree.ElementTree.iterparse 0 safeparser
        xml.dom.minidom.parseString 0 safeparser
        xml.dom.minidom.parse 0 safeparser
        xml.dom.pulldom.parseString 0 safeparser
        xml.dom.pulldom.parse 0 safeparser
        xml.sax.parseString 0 safeparser
        xml.sax.parse 0 safeparser
        lxml.etree.XSLT 0
        *.parse 0 openparser
    """,
    "algorithm-flow": """
        hashlib.new 0 name
        hmac.new 2 digestmod
        hashlib.pbkdf2_hmac 0 hash_name
    """,
}
