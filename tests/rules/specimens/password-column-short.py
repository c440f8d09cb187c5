from django.db import models
from sqlalchemy import Column, String
from sqlalchemy.orm import Mapped, mapped_column
import peewee


class Account(models.Model):
    # ruleid: password-column-short
    password = models.CharField("password", max_length=50)
    # ok: password-column-short
    user_password = models.CharField(max_length=128)
    # ok: password-column-short
    name = models.CharField(max_length=50)


class Row(db.Model):
    # ruleid: password-column-short
    passwd = db.Column(db.String(20), nullable=False)
    # ok: password-column-short
    pwd = db.Column(db.String(200))


class Line(Base):
    # ruleid: password-column-short
    pwd = Column(String(32))
    # ruleid: password-column-short
    password: Mapped[str] = mapped_column(String(40))
    # ok: password-column-short
    user_password = Column(String(60))


class Entry(peewee.Model):
    # ruleid: password-column-short
    password = peewee.CharField(max_length=30)
    # ok: password-column-short
    passwd = peewee.CharField(max_length=255)


class AccountForm(forms.Form):
    # ok: password-column-short
    password = forms.CharField(max_length=30)
