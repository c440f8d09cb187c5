import smtplib
import ssl


def send(user, password, text):
    server = smtplib.SMTP("mail.example.org", 25)
    # ruleid: transport-smtp-login-cleartext
    server.login(user, password)
    server.sendmail(user, user, text)


def send_with(user, password, text):
    with smtplib.SMTP("mail.example.org") as server:
        server.ehlo()
        # ruleid: transport-smtp-login-cleartext
        server.login(user, password)
        server.sendmail(user, user, text)


class Mailer:
    def connect(self, user, password):
        self.server = smtplib.SMTP("mail.example.org", 587)
        # ruleid: transport-smtp-login-cleartext
        self.server.login(user, password)


def send_safely(user, password):
    server = smtplib.SMTP("mail.example.org", 587)
    server.starttls(context=ssl.create_default_context())
    # ok: transport-smtp-login-cleartext
    server.login(user, password)


def send_with_tls(user, password):
    with smtplib.SMTP_SSL("mail.example.org") as server:
        # ok: transport-smtp-login-cleartext
        server.login(user, password)


def send_with_starttls(user, password):
    with smtplib.SMTP("mail.example.org", 587) as server:
        server.ehlo()
        server.starttls()
        # ok: transport-smtp-login-cleartext
        server.login(user, password)
