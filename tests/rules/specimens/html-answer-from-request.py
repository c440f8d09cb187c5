import html

import streamlit as st
import streamlit.components.v1
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

app = FastAPI()


@app.get("/a", response_class=HTMLResponse)
async def greets(name: str):
    # ruleid: html-answer-from-request
    return f"<p>{name}</p>"


@app.get("/b", response_class=HTMLResponse)
def greets_by_request(request: Request):
    page = "<h1>%s</h1>" % request.query_params["name"]
    # ruleid: html-answer-from-request
    return page


def panel():
    name = st.text_input("name")
    # ruleid: html-answer-from-request
    st.markdown(f"<b>{name}</b>", unsafe_allow_html=True)
    # ruleid: html-answer-from-request
    streamlit.components.v1.html("<b>" + name + "</b>")
    # ok: html-answer-from-request
    st.markdown(f"**{name}**")


@app.get("/c", response_class=HTMLResponse)
async def escaped(name: str):
    # ok: html-answer-from-request
    return f"<p>{html.escape(name)}</p>"


@app.get("/d", response_class=HTMLResponse)
async def numbered(number: int):
    # ok: html-answer-from-request
    return f"<p>{number}</p>"


@app.get("/e", response_class=HTMLResponse)
async def rendered(request: Request, name: str):
    # ok: html-answer-from-request
    return templates.TemplateResponse("a.html", {"name": name})


@app.get("/f", response_class=HTMLResponse)
async def listed(kind: str):
    if kind not in ("a", "b"):
        # ok: html-answer-from-request
        return "no"
    # ok: html-answer-from-request
    return f"<p>{kind}</p>"


def collects(request):
    found = []
    found.append(request.GET["x"])
    # ruleid: html-answer-from-request
    st.markdown("<b>%s</b>" % found[0], unsafe_allow_html=True)
    number = int(request.GET["n"])
    # ok: html-answer-from-request
    st.markdown("<b>%s</b>" % number, unsafe_allow_html=True)
    # ok: html-answer-from-request
    st.markdown("<b>%s</b>" % int(request.GET["n"]), unsafe_allow_html=True)
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: html-answer-from-request
    st.markdown("<b>%s</b>" % kind, unsafe_allow_html=True)
