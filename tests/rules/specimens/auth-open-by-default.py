# ruleid: auth-open-by-default
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"]}
# ruleid: auth-open-by-default
REST_FRAMEWORK = {"PAGE_SIZE": 10, "DEFAULT_PERMISSION_CLASSES": []}
c = get_config()  # noqa: F821
# ruleid: auth-open-by-default
c.NotebookApp.token = ""
# ok: auth-open-by-default
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
# ok: auth-open-by-default
REST_FRAMEWORK = {"DEFAULT_THROTTLE_CLASSES": []}
# ok: auth-open-by-default
c.NotebookApp.port = 8888


# ruleid: auth-open-by-default
{"DEFAULT_AUTHENTICATION_CLASSES": []}


# ruleid: auth-open-by-default
c.ServerApp.token = ""


# ruleid: auth-open-by-default
c.NotebookApp.password = ""


# ruleid: auth-open-by-default
c.ServerApp.allow_unauthenticated_access = True


# ruleid: auth-open-by-default
c.JupyterHub.authenticator_class = "dummy"


# ruleid: auth-open-by-default
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ("rest_framework.permissions.AllowAny",)}
