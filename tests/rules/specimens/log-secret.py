import logging

from flask import current_app, request

logger = logging.getLogger(__name__)


def login(user, password, api_key):
    # ruleid: log-secret
    logger.info("login %s %s", user, password)
    # ruleid: log-secret
    logging.debug(f"using {api_key}")
    # ruleid: log-secret
    current_app.logger.warning("bad password: " + request.form["password"])
    # ruleid: log-secret
    logger.error("could not log in with {}".format(user.password))


class Service:
    def call(self, config):
        # ruleid: log-secret
        self.logger.info("token is %s", config.access_token)


def good(user, password, token_count, reason):
    # ok: log-secret
    logger.info("login %s", user)
    # ok: log-secret
    logger.info("password changed for %s", user.id)
    # ok: log-secret
    logger.debug("read %d tokens", token_count)
    # ok: log-secret
    logger.warning("password too short: %d", len(password))
    # ok: log-secret
    logger.warning("password refused: %s", user.password_reason)


# ruleid: log-secret
logging.warning("text" % secretkey)


# ruleid: log-secret
logging.warning("text".format(k_1=secretkey))


# ruleid: log-secret
logging.warning(a_1 + secretkey + b_1)


# ruleid: log-secret
logging.warning(a_1 + str(secretkey))


# ruleid: log-secret
logging.warning(repr(secretkey))


# ruleid: log-secret
logging.warning(extra={k_1: secretkey})


def of_several(name, password):
    # ruleid: log-secret
    logging.info("%s has %s" % (name, password))


def headers(request, cookie, authorization):
    # ruleid: log-secret
    log.info("auth=%s", request.headers.get("Authorization"))
    # ruleid: log-secret
    log.info("auth=%s", request.headers["Proxy-Authorization"])
    # ruleid: log-secret
    log.info("auth=%s", request.META.get("HTTP_AUTHORIZATION", ""))
    # ruleid: log-secret
    log.debug(f"cookie {request.headers['Cookie']}")
    # ok: log-secret
    log.debug("agent %s", request.headers.get("User-Agent"))
    # ok: log-secret
    log.debug("with %s", cookie)
    # ok: log-secret
    log.debug("with %s", authorization)
    # ok: log-secret
    log.debug("with a cookie: %s", "Cookie" in request.headers)


def whether_one_is_asked_for(is_password, form, user_password):
    # ok: log-secret
    logging.info(is_password)
    # ok: log-secret
    logging.debug("asked: %s" % form.needs_password)
    # ruleid: log-secret
    logging.info(user_password)
