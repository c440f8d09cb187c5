import csv

import openpyxl
import xlsxwriter
from flask import request


def flask_view(out):
    name = request.form["name"]
    writer = csv.writer(out)
    # ruleid: formula-from-request
    writer.writerow([name, "x"])
    # ruleid: formula-from-request
    writer.writerows([[name]])
    sheet = openpyxl.Workbook().active
    # ruleid: formula-from-request
    sheet.append([name])
    # ruleid: formula-from-request
    sheet.cell(row=1, column=1, value=name)
    book = xlsxwriter.Workbook("a.xlsx").add_worksheet()
    # ruleid: formula-from-request
    book.write(0, 0, name)


def django_view(request, out):
    writer = csv.writer(out)
    # ok: formula-from-request
    writer.writerow(["'" + request.POST["name"]])
    # ok: formula-from-request
    writer.writerow([escape_formula(request.POST["name"])])
    # ok: formula-from-request
    writer.writerow([int(request.POST["age"])])
    # ok: formula-from-request
    writer.writerow(["name", "age"])
    kind = request.POST["kind"]
    if kind not in ("a", "b"):
        return None
    # ok: formula-from-request
    return writer.writerow([kind])


def collects(request, writer):
    found = []
    found.append(request.GET["x"])
    # ruleid: formula-from-request
    writer.writerow([found[0]])
    number = int(request.GET["n"])
    # ok: formula-from-request
    writer.writerow([number])
    # ok: formula-from-request
    writer.writerow([int(request.GET["n"])])
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: formula-from-request
    writer.writerow([kind])
