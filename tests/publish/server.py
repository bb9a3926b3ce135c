"""moto's S3 on a free port of 127.0.0.1, which is the first line that it prints; it ends with its
standard input. One request is served at a time: moto compares and writes in two steps, and a store
with conditional puts does it in one."""

import io
import sys
import threading

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

# Only S3: whoever asks for others first looks through all of moto's folders for each request.
backend = create_backend_app("s3")
turn = threading.Lock()


def in_turn(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
    with turn:
        return [b"".join(backend(environ, start_response))]


class Silent(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def log(self, *_):
        pass


server = make_server("127.0.0.1", 0, in_turn, threaded=True, request_handler=Silent)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
