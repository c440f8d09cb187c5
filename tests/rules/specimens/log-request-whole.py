import logging
import os

logger = logging.getLogger(__name__)


def view(request):
    # ruleid: log-request-whole
    logger.info("headers: %s", request.headers)
    # ruleid: log-request-whole
    logging.debug(f"form {request.POST}")
    # ruleid: log-request-whole
    logger.warning("cookies " + str(request.cookies))
    # ruleid: log-request-whole
    logger.error("meta %s" % request.META)
    # ruleid: log-request-whole
    logger.info("form %s", dict(request.form))
    # ruleid: log-request-whole
    logger.info("environment %s", os.environ)
    # ok: log-request-whole
    logger.info("method %s", request.method)
    # ok: log-request-whole
    logger.info("agent %s", request.headers["User-Agent"])
    # ok: log-request-whole
    logger.info(f"path {request.path}")
    # ok: log-request-whole
    print(request.headers)
