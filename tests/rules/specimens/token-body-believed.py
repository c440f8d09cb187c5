import base64
import json

import jwt
import stripe


def returned(token):
    # ruleid: token-body-believed
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))


def assigned(token):
    # ruleid: token-body-believed
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload))
    return claims["sub"]


def called(token):
    # ruleid: token-body-believed
    payload = token.split(".")[1]
    use(base64.urlsafe_b64decode(payload))


def at_once(token):
    # ruleid: token-body-believed
    return base64.urlsafe_b64decode(token.split(".")[1])


def unpacked(token):
    # ruleid: token-body-believed
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload))
    return claims


def hook(request):
    # ruleid: token-body-believed
    return stripe.Event.construct_from(json.loads(request.data), stripe.api_key)


def safe(token, request):
    # ok: token-body-believed
    name = token.split(".")[1]
    # ok: token-body-believed
    claims = jwt.decode(token, KEY, algorithms=["RS256"])
    # ok: token-body-believed
    event = stripe.Webhook.construct_event(request.data, request.headers["Stripe-Signature"], SECRET)
    return name, claims, event
