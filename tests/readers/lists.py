"""Plans files as nobody would write them: every language, strange texts, the ends of months, leap
days, leads of months and years, automatic renewals. The same number makes the same lists.
"""

import datetime as dt
import random

# Each is a text of one line that a plans file may hold.
TEXTS = [
    "A", "SIM; data, voice", "BEGIN:VEVENT", "END:VALARM", "SUMMARY;LANGUAGE=nb:x", "\\n",
    "\\N\\;\\,\\\\", "a\\", "^n^'^^", '"quoted": \'too\'', "%0D%0A", "=0D=0A=", "&lt;b&gt;<b>",
    "{{ x }} ${HOME} `x`", "https://x.example/?a=1,2;3#é", "漢字仮名交じり文" * 12,
    "Ærø – “sitat”, blåbærsyltetøy", "שלום; עולם", "مرحبا، بالعالم", "हिन्दी ไทย ქართული",
    "e\u0301" * 60, "👩‍👩‍👧‍👦🇳🇴👍🏽" * 9, "\u200bzero\u200bwidth\u2060", "\ufeffmark",
    "\u202eesrever\u202c", "soft\u00adhyphen", "no\u00a0break\u2007space", "tab\there", "one\u2028two",
    "next\u0085line", "𝕬𝖒𝖆𝖟𝖎𝖓𝖌 \U0010fffd", "x" * 75, "y" * 3000, "colon:at:64 " * 7,
    "- # & * ! | > @ `", "0", "null", "true", "2026-10-05", " " * 80 + "wide", "a  b", "a," * 60,
    "\\;" * 50, "_" * 66 + "é", "_" * 65 + "漢", "_" * 64 + "👍",
]
DAYS = [
    "2024-01-31", "2024-02-29", "2025-02-28", "2026-01-30", "2026-01-31", "2026-03-31", "2026-08-31",
    "2026-10-25", "2026-11-30", "2026-12-31", "2027-01-01", "2027-03-28", "2028-02-28", "2028-02-29",
    "2028-03-01", "2096-02-29", "2100-02-28", "1999-12-31",
]
LENGTHS = [
    "20 days", "30 days", "90d", "2 weeks", "1 month", "3 months", "6mo", "1 year", "P1Y6M", "P18M3D",
    "13 months", "4 years", "1 year 1 month 1 day", "10 years",
]
LEADS = [
    "1 day", "2d", "7d", "8 days", "2 weeks", "30 days", "31 days", "1 month", "2 months", "P1M1D",
    "9 months", "365 days", "1 year", "2 years", "18 months", "30 years", "70 years", "2000 years",
]
DAY_NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
METHODS = ["website", "app", "shop", "voucher", "sms", "call", "ussd", "third-party", "other"]
LINKS = ["https://x.example/", "http://x.example:8080/a,b;c?d=%C3%A9#e", "https://x.example/" + "y" * 150]
TODAYS = ["2026-11-23", "2027-12-31", "2028-02-29", "2040-01-01"]


class Writer:
    """Draws lists from one source of chance."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def pick(self, values):
        return self.random.choice(values)

    def text(self):
        """A text of one line, most often a strange one."""
        if self.chance(0.7):
            return " ".join(self.pick(TEXTS) for _ in range(self.random.randint(1, 2)))
        text = "".join(self.character() for _ in range(self.random.randint(1, 120)))
        return f"x{text}"

    def character(self):
        """Any character that may stand in a plans file."""
        while True:
            last = self.pick([0x7E, 0x2FF, 0xFFFF, 0x10FFFF])
            code = self.random.randint(0x20, last)
            is_control = code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000
            is_none = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
            if not (is_control or is_none):
                return chr(code)

    def day(self):
        if self.chance(0.7):
            return self.pick(DAYS)
        return (dt.date(1950, 1, 1) + dt.timedelta(days=self.random.randint(0, 60_000))).isoformat()

    def notes(self):
        lines = [self.text() for _ in range(self.random.randint(1, 4))]
        return self.pick(["\n", "\n\n", "\r\n", "\n "]).join(lines)

    def dates(self, plan):
        """The fields that say when a plan runs out."""
        way = self.random.randint(0, 5)
        if way == 0:
            plan["expires"] = self.pick(["1900-01-01", "9998-12-31", "9998-12-30", "1900-03-01"])
            return
        if way == 1:
            plan["expires"] = self.day()
            if self.chance(0.5):
                plan["renewed"] = self.day()
        elif way == 2:
            plan |= {"expires": self.day(), "validity": self.pick(LENGTHS)}
        else:
            plan |= {"renewed": self.day(), "validity": self.pick(LENGTHS)}
        if "validity" in plan and self.chance(0.5):
            way = {"method": "auto-debit"}
            if self.chance(0.4):
                way["until"] = self.day()
            if self.chance(0.3):
                way["price"] = "99 NOK"
            plan["renewal"] = [way]
            if self.chance(0.4) and plan["validity"] not in ("20 days", "2 weeks"):
                plan["cancel"] = {"notice": self.pick(["1 day", "10 days", "3 weeks", "P20D"])}
        if self.chance(0.4):
            plan["grace"] = self.pick(["1 day", *LENGTHS])

    def plan(self, index):
        plan = {"id": f"p{index}", "name": self.text()}
        if index and self.chance(0.3):
            # Its name is its identity then, and unique.
            del plan["id"]
            plan["name"] += f" {index}"
        self.dates(plan)
        ways = plan.setdefault("renewal", [])
        has_validity = self.chance(0.2)
        for _ in range(self.random.randint(0, 2)):
            way = {"method": self.pick(METHODS)}
            if has_validity:
                way["validity"] = self.pick(LENGTHS)
            if self.chance(0.2):
                way["price"] = "129 NOK"
            if self.chance(0.5):
                way["action"] = self.text()
            if self.chance(0.3):
                way["url"] = self.pick(LINKS)
            if self.chance(0.2):
                way["sms"] = {"to": "1933", "text": self.text()}
            if self.chance(0.3):
                way["steps"] = [self.text() for _ in range(self.random.randint(1, 3))]
            ways.append(way)
        if self.chance(0.3):
            plan["remind"] = [self.pick(LEADS) for _ in range(self.random.randint(0, 6))]
        for key, share, value in [
            ("provider", 0.4, self.text),
            ("number", 0.4, lambda: "+47 900 00 0" + str(self.random.randint(10, 99))),
            ("price", 0.4, lambda: self.pick(["49 NOK", "14.50 EUR", "0 GBP"])),
            ("check", 0.3, lambda: self.pick(["Ask for the balance.", {"dial": "*100#", "app": self.text()}])),
            ("terms", 0.2, lambda: {"url": self.pick(LINKS), "checked": "2026-11-29"}),
            ("support", 0.3, lambda: {"call": "+47 1", "url": "https://x.example/help"}),
            ("notes", 0.5, self.notes),
            ("ended", 0.1, self.day),
            ("tags", 0.2, lambda: [self.text()]),
            ("history", 0.1, lambda: [{"on": "2026-01-05", "note": self.notes()}]),
        ]:
            if self.chance(share):
                plan[key] = value()
        return plan

    def list(self):
        """A plans file as data, and the day that is today to it."""
        settings = {"language": self.pick(["en", "nb", "zh-CN"])}
        for key, share, value in [
            ("name", 0.5, self.text),
            ("description", 0.3, self.notes),
            ("id", 0.5, self.text),
            ("remind", 0.7, lambda: [self.pick(LEADS) for _ in range(self.random.randint(0, 4))]),
            ("remind_at", 0.7, lambda: self.pick(["00:00", "00:01", "09:30", "12:00", "23:00", "23:59"])),
            ("notices", 0.2, lambda: False),
            ("workdays", 0.4, lambda: self.random.sample(DAY_NAMES, self.random.randint(1, 7))),
            ("numbers", 0.5, lambda: self.pick(["full", "hidden", "masked"])),
            ("timezone", 0.5, lambda: self.pick(["Europe/Oslo", "Asia/Shanghai", "America/Sao_Paulo"])),
            ("color", 0.2, lambda: self.pick(["teal", "#1e88e5"])),
            ("edit", 0.2, lambda: "https://x.example/edit?a=1,2;3"),
        ]:
            if self.chance(share):
                settings[key] = value()
        plans = [self.plan(index) for index in range(self.random.randint(1, 5))]
        return {"calendar": settings, "plans": plans}, self.pick(TODAYS)


def lists(count, seed):
    writer = Writer(seed)
    return [writer.list() for _ in range(count)]
