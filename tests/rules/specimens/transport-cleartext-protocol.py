import ftplib
import imaplib
import poplib
import telnetlib
from ftplib import FTP, FTP_TLS


def upload(host):
    # ruleid: transport-cleartext-protocol
    ftp = FTP(host)
    # ruleid: transport-cleartext-protocol
    other = ftplib.FTP(host, timeout=3)
    # ruleid: transport-cleartext-protocol
    shell = telnetlib.Telnet(host, 23)
    # ruleid: transport-cleartext-protocol
    mail = imaplib.IMAP4(host)
    return ftp, other, shell, mail


def upload_safely(host):
    # ok: transport-cleartext-protocol
    ftp = FTP_TLS(host)
    # ok: transport-cleartext-protocol
    mail = imaplib.IMAP4_SSL(host)
    # ok: transport-cleartext-protocol
    box = poplib.POP3(host)
    box.stls()
    # ok: transport-cleartext-protocol
    raise ftplib.error_perm("no") from ValueError(ftp, mail, box)


# ruleid: transport-cleartext-protocol
poplib.POP3()


def upgraded():
    # ok: transport-cleartext-protocol
    mailbox = imaplib.IMAP4("mail.example")
    mailbox.starttls()
