import html

import streamlit as st
from django.http import HttpResponse, JsonResponse
from django.utils.safestring import mark_safe
from fastapi.responses import HTMLResponse
from flask import render_template_string
from markupsafe import Markup


def agent(client, question):
    answer = client.chat.completions.create(model="m", messages=question).choices[0].message.content
    # ruleid: agent-answer-as-html
    a = Markup(answer)
    # ruleid: agent-answer-as-html
    b = mark_safe("<p>" + answer + "</p>")
    # ruleid: agent-answer-as-html
    c = HTMLResponse(answer)
    # ruleid: agent-answer-as-html
    d = HttpResponse(f"<p>{answer}</p>")
    # ruleid: agent-answer-as-html
    e = render_template_string(answer)
    # ruleid: agent-answer-as-html
    st.markdown(answer, unsafe_allow_html=True)
    return a, b, c, d, e


def safe(llm, question):
    answer = llm.invoke(question).content
    # ok: agent-answer-as-html
    a = Markup(html.escape(answer))
    # ok: agent-answer-as-html
    b = JsonResponse({"answer": answer})
    # ok: agent-answer-as-html
    c = HTMLResponse("<p>done</p>")
    # ok: agent-answer-as-html
    d = HTMLResponse("<p>" + html.escape(answer) + "</p>")
    # ok: agent-answer-as-html
    st.markdown(answer)
    return a, b, c, d
