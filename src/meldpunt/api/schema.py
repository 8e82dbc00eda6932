"""All of it together, as OpenAPI 3.1, and what goes wrong as problem documents."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from meldpunt.api import acting, problems, reading, shapes
from meldpunt.api.bearer import Token, TooMany
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.tokens.errors import NoToken

SCHEMA = "#/components/schemas/Problem"
ALWAYS = (401, 403, 422, 429, 503)  # of what needs a token
IN_A_CASE, ACTS = (404,), (400, 409)


class Api(NinjaAPI):
    """The same, with every problem in the document that it draws."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        drawn = super().get_openapi_schema(**more)
        for path, methods in drawn["paths"].items():
            for method, operation in methods.items():
                _add_problems(path, method, operation)
        drawn["components"]["schemas"]["Problem"] = shapes.Problem.model_json_schema()
        return drawn


def _add_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    if not operation.get("security"):
        return
    codes = [*ALWAYS, *(IN_A_CASE if "{ref}" in path else ()), *(ACTS if method == "post" else ())]
    for code in sorted(codes):
        operation["responses"][code] = {
            "description": HTTPStatus(code).phrase,
            "content": {problems.CONTENT_TYPE: {"schema": {"$ref": SCHEMA}}},
        }


api = Api(
    title="Meldpunt",
    version="1",
    description="What a person at the desk may read and do, for a program of theirs. Problems are RFC 9457 documents.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=Token(),
)
api.add_router("", reading.router)
api.add_router("", acting.router)


@api.get("/health", auth=None, response=shapes.Health, tags=["health"], summary="Whether it answers")
def health(request: HttpRequest) -> dict[str, str]:
    return {"status": "ok"}


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problems.refused(refusal)


@api.exception_handler(NoToken)
def _no_token(request: HttpRequest, refusal: NoToken) -> HttpResponse:
    return problems.unauthorized(str(refusal))


@api.exception_handler(AuthenticationError)
def _no_header(request: HttpRequest, trouble: AuthenticationError) -> HttpResponse:
    return problems.unauthorized("Send Authorization: Bearer and a token that was made at the desk.")


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, trouble: TooMany) -> HttpResponse:
    return problems.too_many(trouble.seconds)


@api.exception_handler(OutsideFailure)
def _outside(request: HttpRequest, trouble: OutsideFailure) -> HttpResponse:
    return problems.problem(503, "Something that this depends on does not answer. Try again.")


@api.exception_handler(HttpError)
def _http(request: HttpRequest, trouble: HttpError) -> HttpResponse:
    return problems.problem(trouble.status_code, "The body is no JSON." if trouble.status_code == 400 else "")


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, trouble: ValidationError) -> HttpResponse:
    errors = [
        {"pointer": "/".join(map(str, one.get("loc", ()))), "detail": str(one.get("msg", ""))} for one in trouble.errors
    ]
    return problems.problem(422, "Something in the request has another shape than it should.", errors=errors)
