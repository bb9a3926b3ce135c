//! Certificates as clients check them, with files that were made once.

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{SECRET, Server, check, feed, honest, problems, write};
use crate::harness::{Place, repository};

fn certificate(name: &str) -> String {
    let folder = "tests/integration/check_url/certificates";
    repository().join(folder).join(name).display().to_string()
}

/// A server with a certificate.
fn server(name: &str) -> Server {
    let text = feed();
    secure(name, move |request, out| honest(request, out, &text))
}

fn secure(
    name: &str,
    answer: impl Fn(&super::Request, &mut dyn std::io::Write) + Send + Sync + 'static,
) -> Server {
    let own = CertificateDer::from_pem_file(certificate(name)).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(certificate("server.key")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own], key)
        .expect("a certificate for the key");
    let config = Arc::new(config);
    let wrap = move |stream: TcpStream| {
        let connection = ServerConnection::new(config.clone()).expect("a connection");
        Box::new(StreamOwned::new(connection, stream)) as Box<dyn super::Stream>
    };
    Server::over(wrap, answer)
}

fn url(server: &Server) -> String {
    format!(
        "webcal://localhost:{}/{SECRET}/sims.ics",
        server.address.port()
    )
}

#[test]
fn a_root_of_ones_own_is_taken() {
    let server = server("good.pem");
    let left = check(&url(&server), &["--ca", &certificate("ca.pem")]);
    assert_eq!(
        (left.code, left.err.as_str()),
        (Some(0), ""),
        "{}",
        left.out
    );
    let row = "  certificate  localhost, 1 certificate sent, valid until 2125-12-31\n";
    assert!(left.out.contains(row), "{}", left.out);
    let ca = certificate("ca.pem");
    let left = Place::new().run(&["check", &url(&server), "--ca", &ca, "--today", "2125-12-25"]);
    let warning = "warning: the certificate of `localhost` expires in 6 days, on 2125-12-31";
    assert!(problems(&left).contains(&warning), "{}", left.out);
}

#[test]
fn a_certificate_that_clients_refuse_is_named() {
    let ca = certificate("ca.pem");
    for (name, options, what) in [
        (
            "good.pem",
            &[][..],
            "the certificate has no chain to a root that clients trust",
        ),
        (
            "expired.pem",
            &["--ca", &ca],
            "the certificate expired on 2020-12-31",
        ),
        (
            "other.pem",
            &["--ca", &ca],
            "the certificate is for another name: `other.example`",
        ),
    ] {
        let server = server(name);
        let left = check(&url(&server), options);
        let error =
            format!("error: Google, iOS, Outlook, Thunderbird and curl get no calendar: {what}");
        assert_eq!(
            (left.code, problems(&left)),
            (Some(1), vec![error.as_str()])
        );
        assert_eq!(server.requests().len(), 0, "{name}");
    }
}

#[test]
fn no_redirect_leads_from_https_to_http() {
    let server = secure("good.pem", |_, out| {
        let answer =
            format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/{SECRET}/sims.ics\r\n\r\n");
        write(out, answer.as_bytes());
    });
    let left = check(&url(&server), &["--ca", &certificate("ca.pem")]);
    let error = "error: Google, iOS, Outlook, Thunderbird and curl get no calendar: \
                 a redirect from https to `http://127.0.0.1:1/…/sims.ics`";
    assert_eq!((left.code, problems(&left)), (Some(1), vec![error]));
}

#[test]
fn a_port_without_tls_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        write(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        // Until the client has read it and gone.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let left = check(&format!("https://localhost:{port}/{SECRET}/sims.ics"), &[]);
    let error = "error: Google, iOS, Outlook, Thunderbird and curl get no calendar: \
                 the port does not answer with TLS";
    assert_eq!((left.code, problems(&left)), (Some(1), vec![error]));
}

#[test]
fn a_file_without_certificates_is_refused() {
    let file = certificate("README.md");
    let left = check("https://127.0.0.1:1/x", &["--ca", &file]);
    let error = format!(
        "error: `{file}`: the file has no certificate\n\
         hint: give a PEM file, which has the line `-----BEGIN CERTIFICATE-----`\n"
    );
    assert_eq!((left.code, left.err), (Some(2), error));
}
