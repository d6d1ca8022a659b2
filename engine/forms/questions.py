"""One form-js component -> one Field: its limits, our own properties, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.forms import parts
from engine.forms.failure import FormError
from engine.forms.parts import Field, Option
from engine.forms.patterns import compile_pattern
from engine.forms.texts import INDONESIA

PROPERTIES = frozenset({*("uang", "syarat", "keputusan", "satuan", "geo", "batas", "sumber", "nik", "npwp"), "contoh"})
_DATES = {"date": "date", "time": "time", "datetime": "datetime"}
_CHECKS = ("nik", "npwp", "geo")
_DYNAMIC = ("valuesKey", "valuesExpression", "dataSource")
_STATES = ("disabled", "readonly", "repeatable", "isRepeating")
_SYARAT = ("wajib", "bila_ada")


def question(component: Mapping[str, Any], name: str, key: str) -> Field:
    """The Field of a component, its condition left to the caller. Raises: FormError."""
    for state in _STATES:
        if component.get(state):
            raise FormError(f'"{state}" belum didukung')
    kind = _kind(component)
    properties = _properties(component)
    rules = _mapping(component, "validate")
    field = Field(
        key=key,
        id=name,
        type=kind,
        label=plain(component, _label_name(component, kind), 500) or key.replace("_", " ").capitalize(),
        description=plain(component, "description", 1_000, lines=True),
        required=_flag(rules, "required"),
        properties=properties,
        unit=properties.get("satuan") or plain(_mapping(component, "appearance"), "suffixAdorner", 40),
        **_limits(component, kind, rules, properties),
    )
    return _consistent(field)


def plain(component: Mapping[str, Any], name: str, most: int, lines: bool = False) -> str:
    """A text of the form itself: no expression, no template, bounded. Raises: FormError."""
    text = component.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise FormError(f'"{name}" harus berupa teks')
    if len(text) > most:
        raise FormError(f'"{name}" lebih dari {most} huruf')
    if text.startswith("=") or "{{" in text:
        raise FormError(f'"{name}" berisi ungkapan, yang belum didukung di sini')
    return text.strip() if lines else " ".join(text.split())


def _kind(component: Mapping[str, Any]) -> str:
    kind = str(component["type"])
    if kind == "filepicker":
        return "upload"
    if kind != "datetime":
        return kind
    if component.get("disallowPassedDates"):
        raise FormError('"disallowPassedDates" belum didukung')
    subtype = component.get("subtype") or "date"
    if subtype not in _DATES:
        raise FormError('"subtype" harus date, time atau datetime')
    return _DATES[subtype]


def _label_name(component: Mapping[str, Any], kind: str) -> str:
    if component["type"] != "datetime":
        return "label"
    wanted = "timeLabel" if kind == "time" else "dateLabel"
    return wanted if component.get(wanted) else "label"


def _properties(component: Mapping[str, Any]) -> dict[str, str]:
    found = _mapping(component, "properties")
    for name, value in found.items():
        if name not in PROPERTIES:
            raise FormError(f"properti {name[:40]!r} tidak dikenal")
        if not isinstance(value, str) or len(value) > 1_000:
            raise FormError(f"properti {name!r} harus teks, paling banyak 1.000 huruf")
        if name in ("uang", "keputusan", "geo", "nik", "npwp") and value not in ("ya", "tidak"):
            raise FormError(f'properti {name!r} berisi "ya" atau "tidak"')
    if found.get("syarat") not in (None, *_SYARAT):
        raise FormError('properti \'syarat\' berisi "wajib" atau "bila_ada"')
    return dict(found)


def _limits(
    component: Mapping[str, Any], kind: str, rules: Mapping[str, Any], properties: Mapping[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {"default": _default(component)}
    if kind in ("textfield", "textarea"):
        found |= _text_limits(kind, rules, properties)
    elif kind == "number":
        found |= _number_limits(component, rules, properties)
    elif kind in parts.CHOICE_TYPES:
        found |= {"options": _options(component), "decision": properties.get("keputusan") == "ya"}
    elif kind == "checkbox":
        found |= {"requirement": properties.get("syarat")}
    elif kind == "upload":
        found |= {"accept": plain(component, "accept", 200), "multiple": _flag(component, "multiple")}
    return found


def _default(component: Mapping[str, Any]) -> Any:
    value = component.get("defaultValue")
    if value in (None, "", []):
        return None
    if not isinstance(value, str | int | float | bool):
        raise FormError("isian awal (defaultValue) harus satu nilai")
    return value


def _text_limits(kind: str, rules: Mapping[str, Any], properties: Mapping[str, str]) -> dict[str, Any]:
    checks = [name for name in _CHECKS if properties.get(name) == "ya"]
    wanted = rules.get("validationType")
    if wanted in ("email", "phone"):
        checks.append(wanted)
    elif wanted not in (None, "", "custom"):
        raise FormError(f'"validationType" {str(wanted)[:40]!r} belum didukung')
    if len(checks) > 1 or (checks and kind == "textarea"):
        raise FormError("isian ini diperiksa dengan dua cara, atau bukan isian satu baris")
    pattern = rules.get("pattern") or None
    hard = parts.LONG_TEXT_LIMIT if kind == "textarea" else parts.TEXT_LIMIT
    if pattern is not None:
        if not isinstance(pattern, str):
            raise FormError('"pattern" harus teks')
        compile_pattern(pattern)
        hard = parts.PATTERN_TEXT_LIMIT
    least, most = _whole(rules, "minLength", 0), _whole(rules, "maxLength", hard)
    if most > hard:
        raise FormError(f'"maxLength" paling banyak {hard} di sini')
    if least > most or most == 0:
        raise FormError('"minLength" melebihi "maxLength"')
    bounds = _bounds(properties) if checks == ["geo"] else None
    return {
        "check": checks[0] if checks else None,
        "pattern": pattern,
        "min_length": least,
        "max_length": most,
        "bounds": bounds,
    }


def _bounds(properties: Mapping[str, str]) -> tuple[float, float, float, float]:
    if "batas" not in properties:
        return INDONESIA
    try:
        south, west, north, east = (float(number) for number in properties["batas"].split(","))
    except ValueError:
        raise FormError("properti 'batas' berisi selatan,barat,utara,timur dalam derajat") from None
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        raise FormError("properti 'batas' bukan wilayah: selatan,barat,utara,timur")
    return south, west, north, east


def _number_limits(
    component: Mapping[str, Any], rules: Mapping[str, Any], properties: Mapping[str, str]
) -> dict[str, Any]:
    money = properties.get("uang") == "ya"
    low = _number(rules, "min", 0 if money else -parts.NUMBER_LIMIT)
    high = _number(rules, "max", parts.NUMBER_LIMIT)
    if max(abs(low), abs(high)) > parts.NUMBER_LIMIT:
        raise FormError("batas angka terlalu besar")
    if low > high:
        raise FormError('"min" melebihi "max"')
    decimals = component.get("decimalDigits")
    if decimals is not None and (isinstance(decimals, bool) or not isinstance(decimals, int) or not 0 <= decimals <= 9):
        raise FormError('"decimalDigits" dari 0 sampai 9')
    if money and decimals:
        raise FormError("uang selalu rupiah bulat")
    return {"money": money, "min": low, "max": high, "decimals": 0 if money else decimals}


def _options(component: Mapping[str, Any]) -> tuple[Option, ...]:
    if any(component.get(name) for name in _DYNAMIC):
        raise FormError('pilihan dari data belum didukung; tulis pilihannya di "values"')
    values = component.get("values")
    if not isinstance(values, list) or not 1 <= len(values) <= parts.OPTIONS_LIMIT:
        raise FormError(f'"values" berisi 1 sampai {parts.OPTIONS_LIMIT} pilihan')
    options = []
    for item in values:
        value = item.get("value") if isinstance(item, dict) else None
        if not isinstance(value, str) or not value or len(value) > 100 or value != " ".join(value.split()):
            raise FormError("setiap pilihan punya nilai (value) berupa teks, paling banyak 100 huruf")
        options.append(Option(value, plain(item, "label", 300) or value))
    if len({option.value for option in options}) < len(options):
        raise FormError("ada dua pilihan dengan nilai yang sama")
    return tuple(options)


def _consistent(field: Field) -> Field:
    has = field.properties
    if "syarat" in has and field.type != "checkbox":
        raise FormError("properti 'syarat' hanya untuk checkbox")
    if field.requirement and field.required:
        raise FormError("syarat berkas tidak boleh sekaligus wajib diisi: yang kurang dicatat, bukan ditolak")
    if has.get("keputusan") == "ya" and field.type not in ("radio", "select"):
        raise FormError("properti 'keputusan' hanya untuk radio atau select")
    if has.get("uang") == "ya" and field.type != "number":
        raise FormError("properti 'uang' hanya untuk number")
    if any(has.get(name) == "ya" for name in _CHECKS) and field.type != "textfield":
        raise FormError("properti 'geo', 'nik' dan 'npwp' hanya untuk textfield")
    return field


def _mapping(component: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = component.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise FormError(f'"{name}" harus berupa objek')
    return found


def _flag(found: Mapping[str, Any], name: str) -> bool:
    value = found.get(name, False)
    if not isinstance(value, bool):
        raise FormError(f'"{name}" berisi true atau false')
    return value


def _number(found: Mapping[str, Any], name: str, default: float) -> float:
    value = found.get(name)
    if value is None or value == "":
        return default
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        raise FormError(f'"{name}" harus angka') from None
    if isinstance(number, bool) or not isinstance(number, int | float) or number != number:
        raise FormError(f'"{name}" harus angka')
    return int(number) if abs(number) < 1e15 and number == int(number) else number


def _whole(found: Mapping[str, Any], name: str, default: int) -> int:
    number = _number(found, name, default)
    if not isinstance(number, int) or number < 0:
        raise FormError(f'"{name}" harus angka bulat')
    return number
