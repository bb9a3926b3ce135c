"""What benches/serve.sh needs besides wrk: clients that wait, and one that watches for a change.

    client.py port                             a port that is free
    client.py hold PORT COUNT PID PATH TITLE   connections that idle, after a request if PATH is
    client.py slow PORT COUNT PID PATH TITLE   readers that stop reading
    client.py change PORT DIR ROUNDS           a file is written, until another ETag is served

Memory is that of the process PID while the connections are held.
"""

import http.client
import os
import pathlib
import socket
import statistics
import sys
import time


def resident(pid):
    """All of the memory of a process, and what is its own, in MiB."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return [int(fields[key].split()[0]) / 1024 for key in ("VmRSS", "RssAnon")]


def request(path):
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def read_whole(connection):
    """Reads a response to its end."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, body = got.split(b"\r\n\r\n", 1)
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            left = int(value) - len(body)
            while left > 0:
                left -= len(connection.recv(left))


def report(title, pid, before):
    time.sleep(1)
    all_of_it, own = resident(pid)
    print(
        f"{title:44}{all_of_it:8.1f} MiB, anonymous {own:8.1f}"
        f" ({all_of_it - before[0]:+.1f} MiB by them)"
    )


def hold(port, count, pid, path, title):
    before = resident(pid)
    held = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port))
        if path:
            connection.sendall(request(path))
            read_whole(connection)
        held.append(connection)
    report(title, pid, before)


def slow(port, count, pid, path, title):
    before = resident(pid)
    held = []
    for _ in range(count):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.connect(("127.0.0.1", port))
        connection.sendall(request(path))
        connection.recv(4096)
        held.append(connection)
    report(title, pid, before)


def change(port, folder, rounds):
    server = http.client.HTTPConnection("127.0.0.1", port)

    def tag(name):
        server.request("HEAD", f"/{name}.ics")
        answer = server.getresponse()
        answer.read()
        return answer.getheader("ETag")

    for way in ("in place", "by renaming"):
        times = []
        for number in range(1, rounds + 1):
            name = f"list{number * 1000}"
            file = pathlib.Path(folder) / f"{name}.yaml"
            text = file.read_text() + f"  - {{name: Added {way}, expires: 2027-0{number % 9 + 1}-01}}\n"
            before = tag(name)
            if way == "in place":
                file.write_text(text)
            else:
                fresh = file.with_suffix(".new")
                fresh.write_text(text)
                os.replace(fresh, file)
            start = time.monotonic()
            while tag(name) == before:
                if time.monotonic() > start + 60:
                    sys.exit("the change is not served after a minute")
                time.sleep(0.002)
            times.append(time.monotonic() - start)
        print(f"{way:14} median {statistics.median(times):.3f} s, longest {max(times):.3f} s")


def main():
    match sys.argv[1:]:
        case ["port"]:
            with socket.socket() as listener:
                listener.bind(("127.0.0.1", 0))
                print(listener.getsockname()[1])
        case ["hold", port, count, pid, path, title]:
            hold(int(port), int(count), int(pid), path, title)
        case ["slow", port, count, pid, path, title]:
            slow(int(port), int(count), int(pid), path, title)
        case ["change", port, folder, rounds]:
            change(int(port), folder, int(rounds))
        case _:
            sys.exit(__doc__)


main()
