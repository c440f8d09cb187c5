import smtplib
from email.message import EmailMessage
from email.mime.text import MIMEText

from flask import Flask, request

app = Flask(__name__)


@app.route("/contact", methods=["POST"])
def flask_contact():
    message = MIMEText("hello")
    # ruleid: mail-header-from-request
    message["Subject"] = request.form["subject"]
    # ok: mail-header-from-request
    message["Reply-To"] = request.form["mail"].replace("\n", "")
    # ok: mail-header-from-request
    message["From"] = "shop@example.com"
    return "ok"


def django_contact(request):
    server = smtplib.SMTP("localhost")
    text = "Subject: " + request.POST["subject"] + "\n\nHello"
    # ruleid: mail-header-from-request
    server.sendmail("a@example.com", ["b@example.com"], text)


@app.post("/contact")
async def fastapi_contact(sender: str, number: int):
    message = MIMEText("hello")
    # ok: mail-header-from-request
    message.add_header("X-Number", f"{number}")
    # ruleid: mail-header-from-request
    message.add_header("Reply-To", sender)


@app.post("/modern")
async def fastapi_modern(subject: str):
    message = EmailMessage()
    # ok: mail-header-from-request
    message["Subject"] = subject


def more(request, msg, smtp):
    subject = request.GET["subject"]
    # ruleid: mail-header-from-request
    msg.replace_header("Subject", subject)
    # ruleid: mail-header-from-request
    smtp.docmd("RCPT", subject)
    # ruleid: mail-header-from-request
    smtp.putcmd("RCPT", subject)
