import smtplib


def by_percent(to, subject, body):
    # ruleid: mail-built-from-string
    return "From: a@example.org\r\nTo: %s\r\nSubject: %s\r\n\r\n%s" % (to, subject, body)


def by_format(subject, body):
    # ruleid: mail-built-from-string
    return "Subject: {}\n\n{}".format(subject, body)


def by_field(subject, body):
    # ruleid: mail-built-from-string
    return f"Subject: {subject}\n\n{body}"


def by_plus(subject):
    # ruleid: mail-built-from-string
    return "Subject: " + subject


def otherwise(name):
    # ok: mail-built-from-string
    return "Dear %s" % name


def constant():
    # ok: mail-built-from-string
    return "Subject: hello\n\nbody"


def of_a_theme(name):
    # ok: mail-built-from-string
    return "The subject: %s" % name
