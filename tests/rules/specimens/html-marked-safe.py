import bleach
import markdown
import nh3
import streamlit as st
from django.utils.html import escape
from django.utils.safestring import mark_safe
from markupsafe import Markup
from flask import Markup as FlaskMarkup


def filters(text, comment):
    # ruleid: html-marked-safe
    a = mark_safe(markdown.markdown(text))
    # ruleid: html-marked-safe
    b = Markup(markdown.markdown(text))
    # ruleid: html-marked-safe
    c = mark_safe(comment.body)
    # ruleid: html-marked-safe
    d = Markup(comment.description)
    # ruleid: html-marked-safe
    e = FlaskMarkup(markdown.markdown(text))
    return a, b, c, d, e


def assigned(text):
    # ruleid: html-marked-safe
    page = markdown.markdown(text)
    return mark_safe(page)


def assigned_markup(text):
    # ruleid: html-marked-safe
    page = markdown.markdown(text)
    return Markup(page)


def link(obj):
    return "<a>"


# ruleid: html-marked-safe
link.allow_tags = True


def cleaned(text, name):
    # ruleid: html-marked-safe
    a = bleach.clean(text, tags=["a", "iframe"])
    # ruleid: html-marked-safe
    b = nh3.clean(text, tags={"a", "script"})
    # ruleid: html-marked-safe
    c = bleach.clean(text, attributes={"a": ["href", "onclick"]})
    # ruleid: html-marked-safe
    st.markdown(f"<b>{name}</b>", unsafe_allow_html=True)
    return a, b, c


class Card:
    def __html__(self):
        # ruleid: html-marked-safe
        return "<b>" + self.name + "</b>"


class SafeCard:
    def __html__(self):
        # ok: html-marked-safe
        return "<b>" + escape(self.name) + "</b>"


def safe(text, name, obj):
    # ok: html-marked-safe
    a = mark_safe(nh3.clean(markdown.markdown(text)))
    # ok: html-marked-safe
    b = bleach.clean(text, tags=["a", "b"])
    # ok: html-marked-safe
    c = mark_safe("<b>constant</b>")
    # ok: html-marked-safe
    d = mark_safe(obj.count)
    # ok: html-marked-safe
    e = bleach.clean(text, attributes={"a": ["href"]})
    # ok: html-marked-safe
    st.markdown("<b>constant</b>", unsafe_allow_html=True)
    # ok: html-marked-safe
    st.markdown(f"<b>{escape(name)}</b>", unsafe_allow_html=True)
    return a, b, c, d, e


def headline(item):
    # ok: html-marked-safe
    a = Markup(item.title).striptags()
    # ruleid: html-marked-safe
    b = Markup(item.title)
    return a, b
