"""What the parts share: a folder, processes that end with it, requests, and what is left out."""

import atexit
import contextlib
import functools
import http.client
import http.server
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / "deploy"
# The revision of every list here: 2026-10-05T12:00:00Z.
EPOCH = 1791201600
PATIENCE = 20

_started = []


def left_out(why):
    """Fails, since something cannot be run; says so instead where a part is enough."""
    if os.environ.get("WEEKAHEAD_DEPLOY") != "partial":
        sys.exit(f"{why} (WEEKAHEAD_DEPLOY=partial runs the rest)")
    print(f"NOT RUN: {why}", flush=True)


def missing(*tools):
    """Which of some programs are not there."""
    return [tool for tool in tools if not find(tool)]


def find(tool):
    """Where a program is; servers are not on everybody's path."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return shutil.which(tool, path=path)


def folder():
    """A folder that everybody may enter, gone at the end."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="weekahead-deploy."))
    path.chmod(0o755)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def program(place):
    """The program that is tested, where every user can run it."""
    copy = place / "weekahead"
    shutil.copy(sys.argv[1], copy)
    copy.chmod(0o755)
    return copy


def run(*command, code=0, **options):
    """Runs a command to its end and gives its output; another code fails."""
    left = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        **options,
    )
    if code is not None and left.returncode != code:
        sys.exit(
            f"{command} ended with {left.returncode}, not {code}:\n"
            f"{left.stdout.decode(errors='replace')}{left.stderr.decode(errors='replace')}"
        )
    return left


def start(*command, **options):
    """Starts a server that is killed at the end."""
    child = subprocess.Popen(
        [str(part) for part in command], stdin=subprocess.DEVNULL, **options
    )
    _started.append(child)
    return child


def stop(child, how=signal.SIGTERM):
    """Ends a server and gives its code."""
    child.send_signal(how)
    return child.wait(PATIENCE)


# Whoever stops a part ends what it has started too.
for _signal in [signal.SIGHUP, signal.SIGTERM]:
    signal.signal(_signal, lambda *_: sys.exit(1))


@atexit.register
def _kill():
    # In peace, so that what they have started ends with them.
    for child in _started:
        child.terminate()
    for child in _started:
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def until(what, true, child=None, log=None):
    """Waits for something to become true; where it does not, a log may say why.

    It looks again after a pause: neither other programs' servers nor systemd tell us what they do.
    """
    end = time.monotonic() + PATIENCE
    while not (seen := true()):
        if child is not None and child.poll() is not None:
            sys.exit(f"{what}: the server has ended with {child.returncode}{_tail(log)}")
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {PATIENCE} s{_tail(log)}")
        time.sleep(0.02)
    return seen


def _tail(log):
    return f":\n{log.read_text()[-4000:]}" if log and log.exists() else ""


def port():
    """A port that was free a moment ago, for servers that cannot say which they took."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(at):
    try:
        socket.create_connection(("127.0.0.1", at), 1).close()
        return True
    except OSError:
        return False


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def __getitem__(self, name):
        values = self.headers.get_all(name) or []
        assert len(values) < 2, f"{name} is there twice: {values}"
        return values[0] if values else None


def ask(at, path, host=None, method="GET", tls=False, headers=None, body=None):
    """One request on a connection of its own, to a port of this computer."""
    connection = http.client.HTTPConnection("127.0.0.1", at, timeout=PATIENCE)
    connection.connect()
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
    headers = dict(headers or {})
    if host:
        headers.setdefault("Host", host)
    try:
        connection.request(method, path, body=body, headers=headers)
        return Answer(connection.getresponse())
    finally:
        connection.close()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def pages(site):
    """A server in place of the host of pages: it serves a folder, and gives its address."""
    handler = functools.partial(_Silent, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def equal(seen, expected, what):
    if seen != expected:
        sys.exit(f"{what}:\n  seen     {seen!r}\n  expected {expected!r}")


def check(is_true, what):
    if not is_true:
        sys.exit(what)


class Lists:
    """Two plans files, a key, and what the program makes of them."""

    def __init__(self, place, weekahead):
        self.weekahead = weekahead
        self.plans = place / "plans"
        self.plans.mkdir()
        shutil.copy(REPOSITORY / "plans.example.yaml", self.plans / "sims.yaml")
        (self.plans / "passport.yaml").write_text("- {name: Passport, expires: 2027-01-31}\n")
        self.key = place / "key"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(place),
            "TZ": "UTC",
            "SOURCE_DATE_EPOCH": str(EPOCH),
        }
        self.run("init", "--key", self.key, "--yes")

    def run(self, *arguments, code=0):
        return run(self.weekahead, *arguments, code=code, env=self.environment).stdout

    def feed(self, stem):
        return self.run("build", self.plans / f"{stem}.yaml", "--quiet")

    @functools.cache
    def token(self, stem):
        """The secret of a list."""
        base = "https://base.example.org/"
        said = self.run(
            "url", self.plans / f"{stem}.yaml", "--key-file", self.key, "--base-url", base
        ).decode()
        [link] = [line.split()[1] for line in said.splitlines() if line.startswith("  calendar  ")]
        token, name = link.removeprefix(base).split("/")
        equal((len(token), name), (26, f"{stem}.ics"), link)
        return token
