"""How the server says no, in the language the client asked for."""

from __future__ import annotations

from http import HTTPStatus
from typing import NoReturn

SPANISH = {
    "Unauthorised": "No autorizado",
    "User not found": "Usuario no encontrado",
    "Access denied": "Acceso denegado",
    "Username already exists": "El nombre de usuario ya existe",
}


class ApiError(Exception):
    """A refused call: HTTP 200 with ``status`` and ``message`` in the body, unless ``http_status`` says otherwise."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        http_status: int = 200,
        headers: dict[str, str] | None = None,
        **extra: object,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.http_status = http_status
        self.headers = headers or {}
        self.extra = extra


class PlainError(Exception):
    """A refusal in plain text with an HTTP status, the way a web server answers for an unknown path."""

    def __init__(self, http_status: int) -> None:
        self.http_status = http_status
        self.text = f"{http_status} {HTTPStatus(http_status).phrase}\n"
        super().__init__(self.text)


def unauthorised() -> ApiError:
    """Wrong credentials, and every other case in which the server does not say more."""
    return ApiError(403, "Unauthorised")


def denied() -> ApiError:
    """Good credentials without the right to make this call."""
    return ApiError(403, "Access denied")


def refuse_path(choice: str) -> NoReturn:
    """Refuse an unknown path or a disabled role as a switch says: ``"404"`` in plain text, else in the body."""
    if choice == "404":
        raise PlainError(404)
    raise ApiError(int(choice), "Unauthorised" if choice == "403" else "Unknown API endpoint")


def spanish_wanted(accept_language: str) -> bool:
    """Whether an ``Accept-Language`` header prefers Spanish to English; equal weights go by order."""
    best, best_weight = "en", 0.0
    for entry in accept_language.split(","):
        tag, _unused, parameters = entry.strip().partition(";")
        language = tag.strip().lower().replace("_", "-").split("-")[0]
        weight = 1.0
        if parameters.strip().startswith("q="):
            try:
                weight = float(parameters.strip()[2:])
            except ValueError:
                weight = 0.0
        if language in ("en", "es") and weight > best_weight:
            best, best_weight = language, weight
    return best == "es"


def translate(message: str, accept_language: str) -> str:
    """The message in the language of the header, where a translation exists."""
    if message in SPANISH and accept_language and spanish_wanted(accept_language):
        return SPANISH[message]
    return message
