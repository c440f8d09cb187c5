from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from fastapi import HTTPException
from flask import abort, flash, jsonify


def login(request, number):
    if number == 1:
        # ruleid: name-tells-who-exists
        return "No such user", 404
    if number == 2:
        # ruleid: name-tells-who-exists
        flash("User not found")
        # ruleid: name-tells-who-exists
        abort(404, "Unknown user")
    if number == 3:
        # ruleid: name-tells-who-exists
        raise HTTPException(status_code=404, detail="User does not exist")
    # ruleid: name-tells-who-exists
    messages.error(request, "Email is not registered")
    # ruleid: name-tells-who-exists
    a = HttpResponse("Invalid username")
    # ruleid: name-tells-who-exists
    b = jsonify({"error": "No account found"})
    # ruleid: name-tells-who-exists
    c = JsonResponse({"error": "This email does not exist"})
    return a, b, c


def sign_in(request):
    # ok: name-tells-who-exists
    flash("Wrong name or password")
    # ruleid: name-tells-who-exists
    a = HttpResponse("Invalid username or password")
    # ok: name-tells-who-exists
    b = JsonResponse({"error": "Name or password is wrong"})
    return a, b


def show_user(request):
    # ok: name-tells-who-exists
    flash("User not found")
    # ok: name-tells-who-exists
    return HttpResponse("No such user")
