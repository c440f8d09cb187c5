import os

from celery import Celery

app = Celery("shop", broker=os.environ["BROKER"])
# ruleid: serializer-pickle
SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"
# ruleid: serializer-pickle
app.conf.update(task_serializer="pickle")
# ruleid: serializer-pickle
CELERY_ACCEPT_CONTENT = ["json", "pickle"]
# ok: serializer-pickle
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
# ok: serializer-pickle
app.conf.update(task_serializer="json", accept_content=["json"])
# ok: serializer-pickle
CELERY_ACCEPT_CONTENT = ["json", "msgpack"]
