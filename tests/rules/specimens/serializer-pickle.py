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


# ruleid: serializer-pickle
c_1.task_serializer = "pickle"


# ruleid: serializer-pickle
c_1.result_serializer = "pickle"


# ruleid: serializer-pickle
CELERY_TASK_SERIALIZER = "pickle"


# ruleid: serializer-pickle
CELERY_RESULT_SERIALIZER = "pickle"


# ruleid: serializer-pickle
c_1.conf.update(result_serializer="pickle")


# ruleid: serializer-pickle
c_1.accept_content = ["pickle"]


# ruleid: serializer-pickle
accept_content = ["pickle"]


# ruleid: serializer-pickle
task_serializer = "pickle"


# ruleid: serializer-pickle
c_1.conf.update(accept_content=["pickle"])


# ruleid: serializer-pickle
celery.Celery(task_serializer="pickle")


# ruleid: serializer-pickle
t_1.apply_async(serializer="pickle")


# ruleid: serializer-pickle
kombu.enable_insecure_serializers()


# ruleid: serializer-pickle
@app.task(bind=True, serializer="pickle")
def task(self):
    pass
