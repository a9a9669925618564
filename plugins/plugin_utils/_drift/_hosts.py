# Copyright (c) 2026, comet.backup contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which words are host names, going by their form. Private; may change at any time.

There is no telling ``backup.sh`` the script from ``backup.sh`` the host. So the last label decides, as far as such a
domain exists, and where it ends names of files as well, or is an everyday word, it takes three labels.
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache

from ansible_collections.comet.backup.plugins.module_utils._module._catalog import KINDS
from ansible_collections.comet.backup.plugins.module_utils._state import _fields


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_COUNTRIES = _set(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca "
    "cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr "
    "ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm "
    "jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq "
    "mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa "
    "re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn "
    "to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_OTHERS = _set(
    "academy aero agency amsterdam app arpa art asia bayern berlin biz blog business bzh care cat center cloud club "
    "codes com company computer consulting coop corp cymru dev digital directory domains edu email engineering "
    "enterprises example expert finance foundation fund global gmbh gov group hamburg health home homes host "
    "hosting inc info institute int internal international intra intranet invalid jobs kiwi koeln lan land law "
    "legal life link live llc local localdomain localhost london ltd management market marketing media men mil mobi "
    "money museum name net network news nyc one onion online org page paris partners pharmacy photo photos plus "
    "private pro productions property red rent report ruhr saarland sale sarl school science scot security services "
    "shop site social software solutions space storage store studio support swiss systems tax team tech technology "
    "tel test tirol today tools top trade training travel university vip wales web website wien wiki work works "
    "world wtf xyz zone"
)
_DOUBTFUL = _set(
    "ai am app art as bz cab cat cc cd do email in is it la law md me ml mm mo mov name news no one page photo "
    "photos pl pm pro ps py red report rs sc security sh so st storage store to tools top us vip web work zip"
)
"""Domains that are as well ends of file names, options, or words after a full stop without a space."""
_LABEL = re.compile(r"(?:[^\W_]|[^\W_][^\W_-]*(?:-+[^\W_]+)*)\Z")
_CERTAIN, _DOUBTED = 2, 3


def is_host_name(word: str) -> bool:
    """Whether a word with dots in it is the name of a host."""
    labels = word.rstrip(".").lower().split(".")
    last = labels[-1]
    if last not in _COUNTRIES and last not in _OTHERS and not last.startswith("xn--"):
        return False
    if len(labels) < (_DOUBTED if last in _DOUBTFUL else _CERTAIN) or not all(map(_LABEL.match, labels)):
        return False
    return not _option_words().issuperset(labels)


@cache
def _option_words() -> frozenset[str]:
    """All words that a path of options may have, as messages name them."""
    structures = {field.inner for kind in KINDS for field in _fields.settable(kind.structure)} - {""}
    structures |= {kind.structure for kind in KINDS}
    return frozenset(field.option for structure in structures for field in _fields.fields(structure).values())


def is_address(word: str) -> bool:
    """Whether a word is an IP address, with or without a zone."""
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return any(letter.isalnum() for letter in word)
