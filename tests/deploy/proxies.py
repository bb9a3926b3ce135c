"""nginx and Caddy with the configurations of deploy/, in front of the real server and over what was
really published. Only ports, certificates, roots and the place of the error log are replaced.

Then both of them with the server below a path, which they take away from requests or leave there."""

import gzip
import html
import os
import re
import socket
import ssl
import subprocess
import sys
import urllib.parse

from harness import (
    DEPLOY,
    Lists,
    ask,
    check,
    equal,
    find,
    folder,
    left_out,
    listens,
    missing,
    port,
    program,
    run,
    start,
    stop,
    until,
)

SERVED = "cal.example.org"
STATIC = "static.example.org"
# What a phone sends to pair and to record; none of it is logged.
CODE, COOKIE, NOTE = "code0123456789", "wa-x=cookie0123456789", "note0123456789"
# The path of a base URL below which a proxy has the server.
BELOW = "/my/calendars"


def replace(text, old, new, times):
    equal(text.count(old), times, f"times that the configuration has `{old}`")
    return text.replace(old, new)


class Nginx:
    name = "nginx"
    redirect = 301

    def __init__(self, place, root, upstream, certificate, logs=False):
        self.plain, self.tls = port(), port()
        folder = place / "nginx"
        folder.mkdir()
        text = (DEPLOY / "nginx.conf").read_text()
        self.requests = folder / "requests.log"
        if logs:
            text = replace(text, "#log_format", "log_format", 1)
            text = replace(text, "    access_log off;", f"access_log {self.requests} weekahead;", 3)
        text = replace(text, "    listen [::]:80;\n", "", 1)
        text = replace(text, "    listen [::]:443 ssl http2;\n", "", 2)
        text = replace(text, "listen 80;", f"listen 127.0.0.1:{self.plain};", 1)
        text = replace(text, "listen 443 ", f"listen 127.0.0.1:{self.tls} ", 2)
        text = replace(text, "http://127.0.0.1:8080", f"http://127.0.0.1:{upstream}", 1)
        text = replace(text, "root /srv/weekahead;", f"root {root};", 1)
        text = replace(text, "/var/log/nginx/error.log", str(folder / "error.log"), 3)
        for kind, file in [("fullchain", "certificate"), ("privkey", "key")]:
            pattern = rf"/etc/letsencrypt/live/\S+/{kind}\.pem"
            text, count = re.subn(pattern, str(certificate / f"{file}.pem"), text)
            equal(count, 2, kind)
        (folder / "weekahead.conf").write_text(text)
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        # As distributions have it: everything is logged unless a server says otherwise.
        (folder / "main.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/main.log;\n"
            f"{'user root;' if os.geteuid() == 0 else ''}\n"
            f"events {{}}\nhttp {{ access_log {folder}/access.log; {temporary}\n"
            "include /etc/nginx/mime.types;\n"
            f"include {folder}/weekahead.conf; }}\n")
        command = [find("nginx"), "-e", folder / "main.log", "-p", folder,
                   "-c", folder / "main.conf"]
        run(*command, "-t")
        self.logs = [folder / "main.log", folder / "access.log", folder / "error.log",
                     self.requests, folder / "output"]
        self.child = start(*command, stdout=open(folder / "output", "w"), stderr=subprocess.STDOUT)


class Caddy:
    name = "Caddy"
    redirect = 308

    def __init__(self, place, root, upstream, certificate, only_served=False, logs=False):
        self.plain, self.tls = port(), port()
        folder = place / "caddy"
        folder.mkdir()
        text = (DEPLOY / "Caddyfile").read_text()
        if logs:
            text, count = re.subn(r"^\t#(\t|log|\})", r"\t\1", text, flags=re.M)
            equal(count, 10, "lines of the log")
        if only_served:
            text, static = text.split("# What `weekahead publish", 1)
            text += f"{STATIC} {{\n\troot * /srv/weekahead\n}}\n"
            check("handle_errors" in static, "the second site is another")
        # Global: no port of administration, ports and addresses of the test's own.
        text, count = re.subn(
            r"^\{\n", "{\n\tadmin off\n\tdefault_bind 127.0.0.1\n"
            f"\thttp_port {self.plain}\n\thttps_port {self.tls}\n", text, flags=re.M)
        equal(count, 1, "global options")
        pair = f"\ttls {certificate}/certificate.pem {certificate}/key.pem\n"
        for site in [SERVED, STATIC]:
            text = replace(text, f"\n{site} {{\n", f"\n{site} {{\n{pair}", 1)
        text = replace(text, "reverse_proxy 127.0.0.1:8080", f"reverse_proxy 127.0.0.1:{upstream}", 1)
        text = replace(text, "root * /srv/weekahead", f"root * {root}", 1)
        (folder / "Caddyfile").write_text(text)
        command = [find("caddy"), "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]
        self.requests = folder / "output"
        self.logs = [self.requests]
        self.child = start(*command, stdout=open(folder / "output", "w"), stderr=subprocess.STDOUT,
                           env={"PATH": os.environ["PATH"], "HOME": str(folder),
                                "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)})


class Case:
    """A proxy that runs, and how it is asked."""

    def __init__(self, proxy):
        self.proxy = proxy
        until(proxy.name, lambda: listens(proxy.tls) and listens(proxy.plain), proxy.child,
              proxy.logs[-1])

    def get(self, host, path, **options):
        return ask(self.proxy.tls, path, host, tls=True, **options)

    def has(self, answer, what, status=200, body=None, **fields):
        what = f"{self.proxy.name}: {what}"
        equal(answer.status, status, f"{what}: status")
        for name, value in fields.items():
            equal(answer[name.replace("_", "-")], value, f"{what}: {name}")
        if body is not None:
            equal(answer.body, body, f"{what}: body")

    def is_cached(self, host, path, what, **fields):
        """A tag that was sent is not sent again, plain and gzip."""
        plain = self.get(host, path)
        for encoding in [None, "gzip"]:
            headers = {"Accept-Encoding": encoding} if encoding else {}
            answer = self.get(host, path, headers=headers)
            self.has(answer, f"{what}, {encoding}", content_encoding=encoding, **fields)
            body = gzip.decompress(answer.body) if encoding else answer.body
            equal(body, plain.body, f"{self.proxy.name}: {what}, {encoding}")
            check(answer["ETag"], f"{self.proxy.name}: {what}, {encoding} has no tag")
            headers["If-None-Match"] = answer["ETag"]
            again = self.get(host, path, headers=headers)
            self.has(again, f"{what}, {encoding}, again", 304, b"")
            self.has(self.get(host, path, headers=headers | {"If-None-Match": '"other"'}),
                     f"{what}, {encoding}, another tag", 200)
        check("Accept-Encoding" in (answer["Vary"] or ""), f"{self.proxy.name}: {what}: no Vary")

    def speaks_h2(self, host):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["h2", "http/1.1"])
        plain = socket.create_connection(("127.0.0.1", self.proxy.tls))
        with context.wrap_socket(plain, server_hostname=host) as secure:
            equal(secure.selected_alpn_protocol(), "h2", f"{self.proxy.name}: {host}")

    def redirects(self, path):
        answer = ask(self.proxy.plain, path, SERVED)
        equal(answer.status, self.proxy.redirect, f"{self.proxy.name}: plain HTTP")
        check(re.fullmatch(rf"https://{SERVED}(:\d+)?{path}", answer["Location"]),
              f"{self.proxy.name}: plain HTTP leads to {answer['Location']}")

    def serves(self, lists, direct):
        """Before `serve`: the same as without a proxy."""
        self.speaks_h2(SERVED)
        for stem in ["sims", "passport"]:
            path = f"/{lists.token(stem)}/{stem}.ics"
            feed = lists.feed(stem)
            itself = ask(direct, path)
            self.has(itself, "the server itself", 200, feed)
            answer = self.get(SERVED, path)
            self.has(answer, path, 200, feed, content_type="text/calendar; charset=utf-8",
                     cache_control="private, max-age=300", x_robots_tag="noindex",
                     x_content_type_options="nosniff", referrer_policy="no-referrer",
                     content_disposition=f'inline; filename="{stem}.ics"', etag=itself["ETag"],
                     last_modified=itself["Last-Modified"], content_length=str(len(feed)))
            self.is_cached(SERVED, path, "a served feed")
            head = self.get(SERVED, path, method="HEAD")
            self.has(head, "HEAD", 200, b"", content_length=str(len(feed)))
            self.has(self.get(SERVED, path, method="PUT", body=feed), "PUT", 405, allow="GET, HEAD")
            self.redirects(path)
        token = lists.token("sims")
        # What a client says of how it came is not believed.
        lies = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http",
                "Forwarded": "host=evil.example;proto=http", "X-Forwarded-For": "192.0.2.1",
                "Forwarded-Host": "evil.example", "X-Original-Host": "evil.example"}
        for headers in [{}, lies]:
            page = self.get(SERVED, f"/{token}/sims", headers=headers)
            self.has(page, "a page", 200, content_type="text/html; charset=utf-8",
                     cache_control="private, no-store", referrer_policy="no-referrer")
            text = page.body.decode()
            check(f"https://{SERVED}/{token}/sims.ics" in text, f"{self.proxy.name}: no link: {text}")
            check(f"webcal://{SERVED}/{token}/sims.ics" in text, f"{self.proxy.name}: no webcal")
            check("evil.example" not in text and f"http://{SERVED}" not in text,
                  f"{self.proxy.name}: a client's X-Forwarded-* is believed")
        wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
        for path in [f"/{wrong}/sims.ics", "/sims.ics", "/", f"/{token}/passport.ics", f"/{token}/"]:
            self.has(self.get(SERVED, path), path, 404)
        self.has(self.get(SERVED, "/healthz"), "/healthz", 200)

    def publishes(self, root, expected, pages, absent):
        """Over what was published: the same bytes with what is said of them."""
        self.speaks_h2(STATIC)
        for path, body in expected.items():
            if path.endswith(".ics"):
                kind, robots = "text/calendar; charset=utf-8", "noindex"
            elif path.endswith(".txt"):
                kind, robots = "text/plain; charset=utf-8", None
            else:
                kind, robots = "text/html; charset=utf-8", None
            fields = {"cache_control": "public, max-age=300", "content_type": kind,
                      "x_content_type_options": "nosniff", "referrer_policy": "no-referrer",
                      "x_robots_tag": robots}
            self.has(self.get(STATIC, path), path, 200, body, **fields)
            if len(body) > 1000:
                self.is_cached(STATIC, path, "a published file", **fields)
            self.has(self.get(STATIC, path, method="HEAD"), path, 200, b"",
                     content_length=str(len(body)))
        for path, file in pages.items():
            self.has(self.get(STATIC, path), path, 200, (root / file).read_bytes(),
                     content_type="text/html; charset=utf-8")
        for path in absent:
            answer = self.get(STATIC, path)
            # What leads out of the site may be a bad request too.
            leads_out = path.startswith(("/..", "/%2e%2e"))
            check(answer.status == 404 or (leads_out and answer.status == 400),
                  f"{self.proxy.name}: {path}: {answer.status}")
            check("public" not in (answer["Cache-Control"] or ""),
                  f"{self.proxy.name}: that {path} is not there may be kept: "
                  f"{answer['Cache-Control']}")
        for method in ["PUT", "POST", "DELETE"]:
            answer = self.get(STATIC, next(iter(expected)), method=method, body=b"x")
            equal(answer.status, 405, f"{self.proxy.name}: {method}")

    def records(self):
        """Asks as a phone does that is paired and records a renewal; the answers do not matter here."""
        headers = {"Cookie": COOKIE, "Referer": f"https://{SERVED}/sims/pair/{CODE}",
                   "Content-Type": "application/x-www-form-urlencoded"}
        for path in [f"/sims/pair/{CODE}", "/sims/renew/telenor"]:
            self.get(SERVED, path, headers=headers)
            self.get(SERVED, path, method="POST", headers=headers, body=f"note={NOTE}".encode())

    def is_discreet(self, lists):
        """No log has a secret: not of a request, and not of one that failed since `serve` is gone."""
        self.records()
        for stem in ["sims", "passport"]:
            path = f"/{lists.token(stem)}/{stem}.ics"
            self.has(self.get(SERVED, path), "a server that is gone", 502)
        equal(stop(self.proxy.child), 0, f"{self.proxy.name}: its end")
        for log in self.proxy.logs:
            text = log.read_text() if log.exists() else ""
            secrets = [lists.token(stem) for stem in ["sims", "passport"]]
            for secret in [*secrets, CODE, COOKIE.split("=")[1], NOTE, "/renew"]:
                check(secret not in text, f"{self.proxy.name}: {secret} in {log}: {text}")
        return "".join(log.read_text() for log in self.proxy.logs if log.exists())


def files(root):
    """What is published, by its path; hidden files are not."""
    found = {}
    for file in sorted(root.rglob("*")):
        path = file.relative_to(root)
        if file.is_file() and not any(part.startswith(".") for part in path.parts):
            found[f"/{path}"] = file.read_bytes()
    return found


def publish(lists, place, name, *arguments):
    root = place / name
    lists.run("publish", lists.plans, "--to", root, "--base-url", f"https://{STATIC}", "--quiet",
              *arguments)
    for path in [root, *root.rglob("*")]:
        # What a kill in the middle leaves.
        if path.is_dir():
            (path / ".weekahead.0123456789abcdef").write_text("half a file")
    return root


def case(kind, place, weekahead, certificate):
    place.mkdir()
    lists = Lists(place, weekahead)
    log = open(place / "serve.log", "w")
    server = start(weekahead, "serve", lists.plans, "--listen", "127.0.0.1:0", "--key-file",
                   lists.key, "--trust-proxy", "127.0.0.1", "--log-level", "debug",
                   env=lists.environment, stdout=subprocess.PIPE, stderr=log)
    greeting = server.stdout.readline().decode()
    direct = int(re.search(r"http://127\.0\.0\.1:(\d+)/", greeting)[1])

    # Without a key: the front page lists the feeds, and the manifest lies among them.
    root = publish(lists, place, "open")
    check((root / ".weekahead" / "front.json").is_file(), "the manifest is elsewhere")
    open_ = Case(kind(folder_in(place, "for-open"), root, direct, certificate))
    expected = files(root)
    equal(sorted(expected), ["/index.html", "/passport.html", "/passport.ics", "/robots.txt",
                             "/sims.html", "/sims.ics"], "what is published")
    for stem in ["sims", "passport"]:
        equal(expected[f"/{stem}.ics"], lists.feed(stem), stem)
    hidden = ["/.weekahead", "/.weekahead/", "/.weekahead/front.json", "/.weekahead/lock",
              "/%2eweekahead/front.json", "/x/../.weekahead/front.json",
              "/.weekahead.0123456789abcdef", "/.weekahead/.weekahead.0123456789abcdef"]
    nothing = ["/other.ics", "/other", "/sims.html.html", "/../plans/sims.yaml",
               "/%2e%2e/plans/sims.yaml"]
    open_.publishes(root, expected, {"/": "index.html", "/sims": "sims.html",
                                     "/passport": "passport.html"}, hidden + nothing)
    equal(stop(open_.proxy.child), 0, "the end of a proxy")

    # With one: all is below secrets, and nothing lists them.
    root = publish(lists, place, "secret", "--key-file", lists.key, "--manifest", place / "manifest")
    secret = Case(kind(folder_in(place, "for-secret"), root, direct, certificate))
    tokens = {stem: lists.token(stem) for stem in ["sims", "passport"]}
    expected = files(root)
    for stem, token in tokens.items():
        equal(expected[f"/{token}/{stem}.ics"], lists.feed(stem), stem)
    equal(len(expected), 5, "files with a key")
    pages = {f"/{token}/{stem}": f"{token}/{stem}.html" for stem, token in tokens.items()}
    sims = tokens["sims"]
    secret.publishes(root, expected, pages, [
        "/", "/index.html", "/sims", "/sims.ics", f"/{sims}/", f"/{sims}/passport.ics",
        f"/{sims}/.weekahead.0123456789abcdef", "/.weekahead/front.json"])
    # Whether there is such a folder, nobody learns.
    status = secret.get(STATIC, f"/{sims}").status
    check(status in (404, 308), f"{kind.name}: a folder without a slash: {status}")

    secret.serves(lists, direct)
    # With the log of requests that the comments have.
    chatty = Case(kind(folder_in(place, "for-logs"), root, direct, certificate, logs=True))
    for case_ in [secret, chatty]:
        case_.records()
    stop(server)
    chatty.is_discreet(lists)
    check("POST" in chatty.proxy.requests.read_text(), f"{kind.name}: requests are not logged")
    logged = secret.is_discreet(lists)
    if kind is Caddy:
        # One site's treatment of errors changes what is logged of another's.
        alone = Caddy(folder_in(place, "alone"), root, direct, certificate, only_served=True)
        logged += Case(alone).is_discreet(lists)
    log.close()
    for token in tokens.values():
        check(token not in (place / "serve.log").read_text(), "a secret in the log of the server")
    print(f"{kind.name}: served, published, and kept silent; {len(logged)} octets logged")


def nginx_below(folder, upstream, strips, keeps):
    """The command of an nginx that strips the path on one port and keeps it on another."""
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    servers = "".join(
        f"server {{ listen 127.0.0.1:{at}; location {location} {{\n"
        f"proxy_set_header Host $host; proxy_pass http://127.0.0.1:{upstream}{path}; }} }}\n"
        for at, location, path in [(strips, f"{BELOW}/", "/"), (keeps, BELOW, "")])
    (folder / "main.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/main.log;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{servers} }}\n")
    return [find("nginx"), "-e", folder / "main.log", "-p", folder, "-c", folder / "main.conf"]


def caddy_below(folder, upstream, strips, keeps):
    """The same for Caddy."""
    (folder / "Caddyfile").write_text(
        "{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n"
        f"http://{SERVED}:{strips} {{\n\tredir {BELOW} {BELOW}/\n\thandle_path {BELOW}/* {{\n"
        f"\t\treverse_proxy 127.0.0.1:{upstream}\n\t}}\n}}\n"
        f"http://{SERVED}:{keeps} {{\n\treverse_proxy 127.0.0.1:{upstream}\n}}\n")
    return [find("caddy"), "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]


def addresses(page):
    """Every address on a page that leads to the site."""
    found = set()
    for value in re.findall(r'(?:href|value)="([^"]*)"', page):
        value = html.unescape(value)
        if value.startswith("/"):
            value = f"https://{SERVED}{value}"
        if "addfromweb?url=" in value:
            [value] = urllib.parse.parse_qs(value.split("?")[1])["url"]
        value = re.sub(r"^webcal://", "https://", value)
        if value.startswith(f"https://{SERVED}"):
            found.add(value)
        else:
            check(value.startswith(("#", "data:", "https://", "tel:", "sms:")), f"a link to {value}")
    return found


def crawl(at, what, first):
    """Follows every link from some addresses on, through a proxy, and gives the addresses."""
    seen, following = set(), list(first)
    while following:
        address = following.pop()
        if address in seen:
            continue
        seen.add(address)
        path = address.removeprefix(f"https://{SERVED}")
        check(path.startswith(f"{BELOW}/"), f"{what}: {address} leads out of {BELOW}")
        answer = ask(at, path, SERVED)
        equal(answer.status, 200, f"{what}: {address}")
        if not path.endswith(".ics"):
            following += addresses(answer.body.decode())
    return seen


def below(kind, place, weekahead):
    """Every link of every page works below a path, whether the proxy strips the path or keeps it."""
    place.mkdir()
    lists = Lists(place, weekahead)
    (lists.plans / "漢 a.yaml").write_text("- {name: Passport, expires: 2027-01-31}\n")
    base = f"https://{SERVED}{BELOW}"
    for name, key in [("open", []), ("secret", ["--key-file", lists.key])]:
        server = start(weekahead, "serve", lists.plans, "--listen", "127.0.0.1:0", "--base-url",
                       base, *key, env=lists.environment, stdout=subprocess.PIPE,
                       stderr=open(place / f"{name}.log", "w"))
        equal(server.stdout.readline().decode(), f"Serving 3 feeds at {base}/\n", "the greeting")
        log = place / f"{name}.log"
        found = until("the log", lambda: re.search(r" address=\S+:(\d+)", log.read_text()), server)
        upstream = int(found[1])
        strips, keeps = port(), port()
        make = {"nginx": nginx_below, "Caddy": caddy_below}[kind]
        folder = folder_in(place, name)
        proxy = start(*make(folder, upstream, strips, keeps), stdout=open(folder / "output", "w"),
                      stderr=subprocess.STDOUT,
                      env={"PATH": os.environ["PATH"], "HOME": str(folder),
                           "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)})
        until(kind, lambda: listens(strips) and listens(keeps), proxy, folder / "output")
        said = lists.run("url", lists.plans, "--base-url", base, *key).decode()
        links = {line.split()[1].replace("webcal://", "https://")
                 for line in said.splitlines() if line.startswith("  ")}
        expected = links | {f"{link}/test.ics" for link in links if not link.endswith(".ics")}
        equal(len(expected), 9, f"addresses of three lists, {name}")
        for at, does in [(strips, "strips"), (keeps, "keeps")]:
            what = f"{kind} {does} the path, {name}"
            equal(crawl(at, what, links), expected, what)
            front = f"{base}/"
            if key:
                equal(ask(at, f"{BELOW}/", SERVED).status, 404, f"{what}: the front page")
            else:
                equal(crawl(at, what, [front]), expected | {front}, what)
            equal(ask(at, f"{BELOW}/healthz", SERVED).status, 200, f"{what}: /healthz")
        stop(proxy)
        stop(server)
    print(f"{kind}: every link works below {BELOW}, stripped or kept")


def folder_in(place, name):
    (place / name).mkdir()
    return place / name


if __name__ == "__main__":
    if tools := missing("openssl"):
        left_out("there is no openssl, so no proxy was run")
        sys.exit(0)
    place = folder()
    weekahead = program(place)
    certificate = folder_in(place, "certificate")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", f"/CN={SERVED}",
        "-addext", f"subjectAltName=DNS:{SERVED},DNS:{STATIC}",
        "-keyout", certificate / "key.pem", "-out", certificate / "certificate.pem")
    for kind in [Nginx, Caddy]:
        if missing(kind.name.lower()):
            left_out(f"there is no {kind.name.lower()}, so deploy/ was not run with it")
            continue
        case(kind, place / kind.name.lower(), weekahead, certificate)
        below(kind.name, place / f"{kind.name.lower()}-below", weekahead)
