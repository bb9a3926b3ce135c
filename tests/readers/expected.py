"""What the feed of a plans file has to tell, worked out here from the rules in docs/plans-file.md and not by
weekahead: the days, the titles in three languages, the alarms, the UIDs, and those lines of a
description that are dates or the user's own.
"""

import calendar
import datetime as dt
import hashlib
import re
import uuid
import zoneinfo

FIRST, LAST = 1900, 9998
UNITS = {"y": (12, 0), "mo": (1, 0), "w": (0, 7), "d": (0, 1)}
NAMESPACE = uuid.UUID("7765656b-6168-5ead-8c5a-31f20d649b17")
NORSK = "januar februar mars april mai juni juli august september oktober november desember".split()


def period(text):
    """Months and days of `3 months`, `90d`, `P1Y6M`."""
    parts = re.findall(r"(\d+)\s*(y|mo|w|d|Y|M|W|D)", text)
    units = [UNITS[{"m": "mo"}.get(unit.lower(), unit.lower())] for _, unit in parts]
    return tuple(sum(int(n) * unit[at] for (n, _), unit in zip(parts, units)) for at in (0, 1))


def shifted(day, length, times):
    """A day so many lengths later; months first, cut off at the end of a shorter one."""
    months, days = (part * times for part in length)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    try:
        found = dt.date(year, month + 1, min(day.day, last)) + dt.timedelta(days=days)
    except OverflowError:
        return None
    return found if FIRST <= found.year <= LAST else None


def cleaned(text, break_):
    """A text of the plans file without what stands at its ends; `break_` for each line break."""
    text = text.strip().replace("\r\n", "\n").replace("\t", " ")
    return re.sub("[\r\x85\u2028\u2029]", break_, text)


def of(length, days):
    """How a lead is said: a number, and years, months or days."""
    months, rest = length
    if rest or not months:
        return days, "d"
    return (months // 12, "y") if months % 12 == 0 else (months, "m")


def pushed(text, more):
    """A Chinese text that goes on: with a space where Chinese and Latin characters or digits meet."""
    chinese = lambda c: bool(re.match("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]", c))
    latin = lambda c: bool(re.match("[!-~\u00c0-\u024f\u0370-\u052f]", c))
    if text and more:
        before, after = text[-1], more[0]
        if chinese(before) and latin(after) or latin(before) and chinese(after):
            text += " "
    return text + more


class Spaced:
    """A Chinese template."""

    def __init__(self, template):
        self.pieces = template.split("{}")

    def format(self, *values):
        text = self.pieces[0]
        for value, piece in zip(values, self.pieces[1:]):
            text = pushed(pushed(text, value), piece)
        return text


def word(text):
    """A word for a POSIX shell."""
    if text and text[0] not in "=-" and all(c.isalnum() or c in "_./@%+=:,-" for c in text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def command(plan_id, file):
    """The command that records a renewal, typed in the folder of the plans file."""
    words = ["--"] * plan_id.startswith("-") + [word(plan_id)]
    if file != "plans.yaml":
        words.append(word("./" * file.startswith("-") + file))
    return " ".join(["weekahead renew", *words])


class English:
    recoverable = "Recoverable until {}."
    recovered = "Could be recovered until {}."
    renews = "Renews automatically on {}{}."
    until = "No automatic renewal after {}."
    as_of = "List as of {}."
    nothing = "{}: no upcoming dates"
    test = "{}: test reminder"
    expiry = "{} expires on {}"
    overdue = "{} expired yesterday: no renewal recorded"
    overdue_for = "{} expired {} days ago: no renewal recorded"
    after_grace = "{}: grace ended yesterday, no renewal recorded"
    notice = "{}: {} left (expires {})"
    recover = "{}: recover it within {} (by {})"
    grace_end = "{}: last day to recover is {}"
    renewal = "{} renews automatically on {}: check it"
    renews_in = "{} renews automatically in {} ({})"
    cancel = "{}: cancel by {}, or it renews"
    cancel_in = "{}: cancel within {} (by {})"
    cancel_by = "Cancel by {}, or it renews on {}{}."
    ended = "{} ends on {}: make sure that it is cancelled"
    ended_in = "{} ends in {} ({})"
    ends = "Ends on {}."
    space, price = " ", " ({})"

    def day(self, day):
        return f"{day.day} {calendar.month_name[day.month]} {day.year}"

    def short(self, day):
        return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"

    def length(self, length, days):
        number, unit = of(length, days)
        word = {"d": "day", "m": "month", "y": "year"}[unit]
        return f"{number} {word}{'s' * (number != 1)}"

    def expires(self, day, is_past):
        return f"{'Expired' if is_past else 'Expires'} {self.day(day)}."


class Bokmal(English):
    recoverable = "Kan reddes til og med {}."
    recovered = "Kunne reddes til og med {}."
    renews = "Fornyes automatisk {}{}."
    until = "Automatisk fornyelse bare til og med {}."
    as_of = "Listen er fra {}."
    nothing = "{}: ingen kommende datoer"
    test = "{}: testpåminnelse"
    expiry = "{} utløper {}"
    overdue = "{} utløp i går: ingen fornyelse registrert"
    overdue_for = "{} utløp for {} dager siden: ingen fornyelse registrert"
    after_grace = "{}: fristen for å redde det gikk ut i går, ingen fornyelse registrert"
    notice = "{} utløper om {} ({})"
    recover = "{}: redd det innen {} (frist {})"
    grace_end = "{}: siste dag for å redde det er {}"
    renewal = "{} fornyes automatisk {}: sjekk at det går i orden"
    renews_in = "{} fornyes automatisk om {} ({})"
    cancel = "{}: si opp senest {}, ellers fornyes det"
    cancel_in = "{}: si opp innen {} (frist {})"
    cancel_by = "Si opp senest {}, ellers fornyes det {}{}."
    ended = "{} avsluttes {}: sjekk at det er sagt opp"
    ended_in = "{} avsluttes om {} ({})"
    ends = "Avsluttes {}."

    def day(self, day):
        return f"{day.day}. {NORSK[day.month - 1]} {day.year}"

    short = day

    def length(self, length, days):
        number, unit = of(length, days)
        words = {"d": ("dag", "dager"), "m": ("måned", "måneder"), "y": ("år", "år")}
        return f"{number} {words[unit][number != 1]}"

    def expires(self, day, is_past):
        return f"{'Utløp' if is_past else 'Utløper'} {self.day(day)}."


class Chinese(English):
    recoverable = Spaced("宽限期至{}。")
    recovered = Spaced("宽限期已于{}结束。")
    renews = Spaced("{}自动续费{}。")
    until = Spaced("自动续费仅到{}为止。")
    as_of = Spaced("列表更新于{}。")
    nothing = Spaced("{}：没有待到期的项目")
    test = Spaced("{}提醒测试")
    expiry = Spaced("{}于{}到期")
    overdue = Spaced("{}昨天已到期，尚无续费记录")
    notice = Spaced("{}还有{}到期（{}）")
    recover = Spaced("{}宽限期还剩{}（至{}）")
    grace_end = Spaced("{}宽限期最后一天是{}")
    renewal = Spaced("{}于{}自动续费，请确认是否成功")
    renews_in = Spaced("{}将在{}后自动续费（{}）")
    overdue_for = Spaced("{}已到期{}天，尚无续费记录")
    after_grace = Spaced("{}宽限期昨天已结束，尚无续费记录")
    cancel = Spaced("{}最晚{}取消，否则自动续费")
    cancel_in = Spaced("{}取消期限还剩{}（至{}）")
    cancel_by = Spaced("最晚{}取消，否则{}自动续费{}。")
    ended = Spaced("{}于{}停用，请确认已取消")
    ended_in = Spaced("{}将在{}后停用（{}）")
    ends = Spaced("{}停用。")
    space, price = "", "（{}）"

    def day(self, day):
        return f"{day.year}年{day.month}月{day.day}日"

    short = day

    def length(self, length, days):
        number, unit = of(length, days)
        return f"{number} {dict(d='天', m='个月', y='年')[unit]}"

    def expires(self, day, is_past):
        return f"已于 {self.day(day)}到期。" if is_past else f"{self.day(day)}到期。"


WORDS = {"en": English(), "nb": Bokmal(), "zh-CN": Chinese()}


def uid(list_id, plan_id, kind, lead=None, day=None):
    """A UUID of version 5 of the parts, each behind its length of seven bits a byte."""
    parts = [list_id, plan_id, kind]
    if lead:
        months, days = lead
        parts.append("P" + f"{months}M" * (months > 0) + f"{days}D" * (days > 0))
    if day:
        parts.append(str(day))
    name = b""
    for part in parts:
        octets = part.encode()
        rest = len(octets)
        while rest >= 0x80:
            name += bytes([0x80 | rest & 0x7F])
            rest >>= 7
        name += bytes([rest]) + octets
    digest = hashlib.sha1(NAMESPACE.bytes + name).digest()
    return str(uuid.UUID(bytes=digest[:16], version=5))


def leads_before(day, leads, first, workdays, after=None):
    """Each lead with its days, and the length to say: the longest first, each day once. `first` is the
    first day that may warn; a moved warning comes after the day `after`, which is `first` if not given.
    """
    found = []
    for lead in leads:
        start = shifted(day, lead, -1)
        if not start or first and start < first:
            continue
        moved = start
        while moved.weekday() not in workdays:
            moved -= dt.timedelta(days=1)
        if moved.year < FIRST or (after or first) and moved <= (after or first):
            moved = start
        left = (day - moved).days
        found.append((left, (day - start).days, lead, lead if moved == start else (0, left)))
    found.sort(key=lambda lead: (-lead[0], -lead[1]))
    once = {}
    for left, _, lead, said in found:
        once.setdefault(left, (left, lead, said))
    return list(once.values())


def alarms(leads):
    """The shortest of a week or more first."""
    weeks = [lead for lead in leads if lead[0] >= 7]
    return weeks[-1:] + [lead for lead in leads if lead not in weeks[-1:]]


DAY_NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def many(value):
    return value if isinstance(value, list) else [value]


def date(value):
    """A YAML reader may have read a date already; a month is its last day."""
    if not value:
        return None
    if month := re.fullmatch(r"(\d{4})-(\d\d)", str(value)):
        year, number = map(int, month.groups())
        return dt.date(year, number, calendar.monthrange(year, number)[1])
    return dt.date.fromisoformat(str(value))


class Plan:
    """One plan and its events."""

    def __init__(self, data, settings, file, year, as_of):
        self.data, self.settings, self.file = data, settings, file
        self.year, self.as_of = year, as_of
        self.words = WORDS[settings.get("language", "en")]
        self.list_id = cleaned(settings.get("id", ""), " ")
        self.name = cleaned(str(data["name"]), " ")
        self.id = cleaned(str(data.get("id", data["name"])), " ")
        self.expires, self.renewed = date(data.get("expires")), date(data.get("renewed"))
        self.validity = period(data["validity"]) if "validity" in data else None
        self.ways = many(data.get("renewal", []))
        self.events = []
        self.workdays = {DAY_NAMES.index(name) for name in many(settings.get("workdays", DAY_NAMES))}
        self.notices = settings.get("notices", True)

    def dates(self):
        """The expiry, and the dates by which it repeats, each counted from the anchor."""
        if self.expires:
            yield self.expires
        times = 1
        while (day := shifted(self.expires or self.renewed, self.validity, times)) is not None:
            yield day
            times += 1

    def add(self, kind, day, title, alarms=(), lead=None, on=None, renewal=None, first_line=""):
        """`on` is the day in the UID; `renewal` the automatic renewal that the event belongs to."""
        self.events.append({
            "uid": uid(self.list_id, self.id, kind, lead, on),
            "summary": title,
            "start": day,
            "first_line": first_line,
            "alarms": alarms,
            "kind": kind,
            "related": renewal and uid(self.list_id, self.id, "renewal", None, renewal),
            "renewal": renewal,
        })

    def rings(self, day, leads, title):
        time = dt.time.fromisoformat(self.settings.get("remind_at", "09:00"))
        at = lambda days: dt.datetime.combine(day - dt.timedelta(days=days), time).isoformat()
        return [{"rings": at(days), "text": title(days, said)} for days, _, said in alarms(leads)]

    def warned(self, kind, day, title, before, left, notice, line, dated=False, renewal=None):
        """An event with its alarms, and the notices before it, if there is a name for them."""
        said = lambda days, said: left.format(self.name, self.words.length(said, days), self.words.short(day))
        for days, lead, length in before if notice else []:
            self.add(
                notice, day - dt.timedelta(days=days), said(days, length), lead=lead,
                on=day if dated else None, renewal=renewal, first_line=line,
            )
        self.add(
            kind, day, title, self.rings(day, before, said), on=day if dated else None,
            renewal=renewal if kind != "renewal" else None, first_line=line,
        )

    def expire(self, expiry, leads, began, until):
        words, name = self.words, self.name
        grace = period(self.data["grace"]) if "grace" in self.data else None
        end = shifted(expiry, grace, 1) if grace else None
        more = [words.recoverable.format(words.day(end))] if end else []
        more += [words.until.format(words.day(until))] if until else []
        ahead, past = (words.space.join([words.expires(expiry, is_past), *more]) for is_past in (False, True))
        before = leads_before(expiry, leads, began, self.workdays)
        title = words.expiry.format(name, words.short(expiry))
        self.warned("expiry", expiry, title, before, words.notice, self.notices and "notice", ahead)
        tomorrow = expiry + dt.timedelta(days=1)
        before = leads_before(end, leads, tomorrow, self.workdays, expiry) if end else []
        recovers = end - dt.timedelta(days=before[0][0]) if before else end
        for days in (1, 7, 28) if self.notices else []:
            day = expiry + dt.timedelta(days=days)
            if day.year <= LAST and (not recovers or day < recovers):
                said = words.overdue if days == 1 else words.overdue_for
                self.add("overdue", day, said.format(name, str(days)), first_line=past)
                if days > 1:
                    self.events[-1]["uid"] = uid(self.list_id, self.id, "overdue", None, days)
        if end:
            title = words.grace_end.format(name, words.short(end))
            self.warned("grace-end", end, title, before, words.recover, self.notices and "grace-notice", past)
            after = end + dt.timedelta(days=1)
            if self.notices and after.year <= LAST:
                gone = [words.expires(expiry, True), words.recovered.format(words.day(end))]
                title = words.after_grace.format(name)
                self.add("after-grace", after, title, first_line=words.space.join(gone))

    def renew(self, own, leads, began, until):
        """Adds the automatic renewals; gives the first date after `until`."""
        words, name = self.words, self.name
        way = next(way for way in self.ways if way.get("method") == "auto-debit")
        price = way.get("price", self.data.get("price"))
        price = words.price.format(price) if price else ""
        more = [words.until.format(words.day(until))] if until else []
        cancel = self.data.get("cancel")
        cancel = period(cancel["notice"]) if isinstance(cancel, dict) and "notice" in cancel else None
        previous = began
        for day in self.dates():
            if until and day > until:
                return day
            if day.year >= self.year - 1:
                line = words.space.join([words.renews.format(words.day(day), price), *more])
                first = previous and previous + dt.timedelta(days=1)
                before = leads_before(day, own, first, self.workdays, previous)
                title = words.renewal.format(name, words.short(day))
                notice = self.notices and not cancel and "renewal-notice"
                self.warned("renewal", day, title, before, words.renews_in, notice, line, True, day)
                by = cancel and shifted(day, cancel, -1)
                if by:
                    line = words.cancel_by.format(words.day(by), words.day(day), price)
                    before = leads_before(by, leads, began, self.workdays)
                    title = words.cancel.format(name, words.short(by))
                    notice = self.notices and "cancel-notice"
                    self.warned("cancel", by, title, before, words.cancel_in, notice, line, True, day)
            previous = day
            if day.year > self.year + 1:
                break
        # The expiry after the last of them, if it is warned of by then.
        expiry = until and next((day for day in self.dates() if day > until), None)
        before = leads_before(expiry, leads, began, self.workdays) if expiry else []
        days = max((days for days, *_ in before), default=None)
        if days is None or (expiry - dt.timedelta(days=days)).year > self.year + 1:
            return None
        return expiry

    def made(self):
        """All events by day."""
        own = [period(lead) for lead in many(self.data["remind"])] if "remind" in self.data else None
        leads = own if own is not None else [
            period(lead) for lead in many(self.settings.get("remind", "7d"))
        ]
        first = next(self.dates())
        began = self.renewed if self.renewed and self.renewed <= first else None
        automatic = [way for way in self.ways if way.get("method") == "auto-debit"]
        if automatic:
            until = date(automatic[0].get("until"))
            first = self.renew(own or [], leads, began, until)
        else:
            until = None
        if first:
            self.expire(first, leads, began, until)
        ended = date(self.data.get("ended"))
        if ended:
            self.events = [event for event in self.events if event["start"] <= ended]
            words = self.words
            before = leads_before(ended, leads, began, self.workdays)
            title = words.ended.format(self.name, words.short(ended))
            line = words.ends.format(words.day(ended))
            self.warned("ended", ended, title, before, words.ended_in, self.notices and "ended-notice", line)
        self.events.sort(key=lambda event: event["start"])
        return [self.finished(event) for event in self.events]

    def record(self, event):
        """What the description says of how to record a renewal."""
        if event["kind"].startswith(("renewal", "cancel", "ended")):
            return ""
        return self.settings.get("edit") or command(self.id, self.file)

    def finished(self, event):
        links = [way["url"] for way in self.ways if "url" in way]
        expiry = [other["uid"] for other in self.events if other["kind"] == "expiry"]
        ended = date(self.data.get("ended"))
        # A renewal after the day on which the plan is given up is not written.
        is_cut = event["renewal"] and ended and event["renewal"] > ended
        related = event["related"] or (expiry[0] if expiry and event["kind"] != "expiry" else "")
        last = [cleaned(self.data["notes"], "\n")] if "notes" in self.data else []
        last += [self.words.as_of.format(self.words.day(self.as_of)), *links[:1]]
        return {
            "uid": event["uid"],
            "summary": event["summary"],
            # How it begins and ends, and how a renewal is recorded; between stands what to do.
            "description": (event["first_line"], "\n".join(last), self.record(event)),
            "start": event["start"].isoformat(),
            "end": (event["start"] + dt.timedelta(days=1)).isoformat(),
            "transparency": "TRANSPARENT",
            "url": links[0] if links else "",
            "related": "" if is_cut else related,
            "alarms": list(event["alarms"]),
        }


def nothing(settings):
    """The UID of the one event of a list without any other."""
    return uid(cleaned(settings.get("id", ""), " "), "", "nothing")


def events(data, stem, year, stamp):
    """The events of a plans file in their order; `stamp` is the moment of its revision."""
    settings = data.get("calendar", {}) if isinstance(data, dict) else {}
    plans = data["plans"] if isinstance(data, dict) else data
    zone = settings.get("timezone")
    as_of = (stamp.astimezone(zoneinfo.ZoneInfo(zone)) if zone else stamp).date()
    made = [event for plan in plans for event in Plan(plan, settings, f"{stem}.yaml", year, as_of).made()]
    if not made:
        words = WORDS[settings.get("language", "en")]
        made = [{
            "uid": nothing(settings),
            "summary": words.nothing.format(cleaned(settings.get("name", stem), " ")),
            "description": "",
            "start": as_of.isoformat(),
            "end": (as_of + dt.timedelta(days=1)).isoformat(),
            "transparency": "TRANSPARENT",
            "url": "",
            "related": "",
            "alarms": [],
        }]
    sequence = max(0, min(int(stamp.timestamp()) - 1_577_836_800, 2**31 - 1))
    for event in made:
        event |= {"modified": stamp.strftime("%Y-%m-%dT%H:%M:%SZ"), "sequence": sequence}
    return made
