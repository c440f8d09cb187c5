"""Put the shop together: one Flask application from its settings."""

from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException

from . import account, connection, database, guard, health, shop, uploads
from .settings import Settings

# A form with one picture fits; see uploads.py for what else is asked of a file.
_LARGEST_REQUEST_BYTES = 1024 * 1024


def create_app(settings: Settings) -> Flask:
    """The shop, ready to serve. Makes the tables that are missing."""
    database.create_tables(settings.data)
    app = Flask(__name__)
    app.config.update(
        SHOP=settings,
        SECRET_KEY=settings.secret,
        MAX_CONTENT_LENGTH=_LARGEST_REQUEST_BYTES,
        SESSION_COOKIE_NAME="webshop",
        SESSION_COOKIE_SECURE=True,  # browsers take http://localhost for secure; anything else needs HTTPS in front
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    for part in (account.pages, shop.pages, uploads.pages, health.pages):
        app.register_blueprint(part)
    app.add_template_filter(shop.price)
    app.before_request(guard.check_form)
    app.context_processor(lambda: {"token": guard.token, "customer": account.customer})
    app.after_request(_secure_headers)
    app.teardown_appcontext(connection.close)
    app.register_error_handler(HTTPException, _sorry)
    return app


def _secure_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'; form-action 'self'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _sorry(problem: HTTPException) -> tuple[str, int]:
    return render_template("sorry.html", name=problem.name, why=problem.description), problem.code or 500
