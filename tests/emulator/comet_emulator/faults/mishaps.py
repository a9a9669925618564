"""What can happen to a call between client and server: a table from the kind of fault to how the exchange then goes.

Each behaviour takes the whole exchange and the fault's value, and sees to the call and its answer in its own way.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..core.errors import ApiError

if TYPE_CHECKING:
    from ..web.exchange import Exchange

Behaviour = Callable[["Exchange", float], Awaitable[None]]

HALF = -1.0
"""Value of ``truncate`` that stands for half of the answer."""

PAGE = "<!DOCTYPE html><html><body>Welcome</body></html>\n"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault: what it does, its value when none is given, and the values it can take."""

    behaviour: Behaviour
    default: float = 0
    least: float = 0
    most: float = math.inf


def _proxy_answers(status: int) -> Behaviour:
    async def behave(exchange: Exchange, _unused: float) -> None:
        await exchange.read()
        await exchange.give_text(f"{status} from a proxy\n", status=status)

    return behave


async def _wait(exchange: Exchange, milliseconds: float) -> None:
    await asyncio.sleep(milliseconds / 1000)
    await exchange.serve()


async def _drop_request(exchange: Exchange, size: float) -> None:
    await exchange.read_part(int(size))
    exchange.drop()


async def _drop_before(exchange: Exchange, _unused: float) -> None:
    await exchange.read()
    exchange.drop()


async def _drop_after(exchange: Exchange, _unused: float) -> None:
    exchange.drop(await exchange.happen())


async def _late(exchange: Exchange, milliseconds: float) -> None:
    await exchange.postpone(milliseconds / 1000)
    await exchange.give_text("504 from a proxy\n", status=504)


async def _silent(exchange: Exchange, milliseconds: float) -> None:
    await exchange.postpone(milliseconds / 1000)
    await exchange.say_nothing()


async def _truncate(exchange: Exchange, size: float) -> None:
    answer = await exchange.happen()
    await exchange.give_part(answer, len(answer.body) // 2 if size == HALF else int(size))


async def _slow_answer(exchange: Exchange, rate: float) -> None:
    await exchange.give(await exchange.happen(), rate)


async def _slow_request(exchange: Exchange, rate: float) -> None:
    await exchange.give(await exchange.happen(rate))


async def _html(exchange: Exchange, _unused: float) -> None:
    await exchange.read()
    await exchange.give_text(PAGE, content_type="text/html; charset=utf-8")


async def _wrong_type(exchange: Exchange, _unused: float) -> None:
    answer = await exchange.happen()
    answer.content_type = "text/html; charset=utf-8"
    await exchange.give(answer)


async def _redirect(exchange: Exchange, status: float) -> None:
    await exchange.read()
    await exchange.give_text("", status=int(status), headers={"Location": exchange.address("https")})


async def _duplicate(exchange: Exchange, _unused: float) -> None:
    request = await exchange.read()
    first = exchange.answer(request)
    if first.after_reply is not None:
        first.after_reply()
    await exchange.give(exchange.answer(request))


async def _echo(exchange: Exchange, way: float) -> None:
    request = await exchange.read()
    form = {} if isinstance(request, ApiError) else request.form
    told = {
        0: " ".join(f"{name}={value}" for name, value in form.items()),
        1: urlencode(form),
        2: json.dumps(form, ensure_ascii=False),
    }[round(way)]
    answer = {"Status": 400, "Message": f"Cannot do this with {told}"}
    await exchange.give_text(json.dumps(answer), content_type="application/json")


async def _restart(exchange: Exchange, _unused: float) -> None:
    answer = await exchange.happen()
    exchange.drop(answer)
    exchange.restart()


KINDS: dict[str, Kind] = {
    "latency_ms": Kind(_wait, 100),
    "http_500": Kind(_proxy_answers(500)),
    "http_502": Kind(_proxy_answers(502)),
    "http_503": Kind(_proxy_answers(503)),
    "http_504": Kind(_proxy_answers(504)),
    "drop_request": Kind(_drop_request),
    "drop_before": Kind(_drop_before),
    "drop_after": Kind(_drop_after),
    "late": Kind(_late, 500),
    "silent": Kind(_silent, 500),
    "truncate": Kind(_truncate, HALF),
    "slow_answer": Kind(_slow_answer, 1000, least=1),
    "slow_request": Kind(_slow_request, 1000, least=1),
    "html": Kind(_html),
    "wrong_type": Kind(_wrong_type),
    "redirect": Kind(_redirect, 301, least=301, most=308),
    "duplicate": Kind(_duplicate),
    "echo": Kind(_echo, most=2),
    "restart": Kind(_restart),
}
