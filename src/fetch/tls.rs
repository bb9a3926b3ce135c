//! TLS with the root certificates that all big clients trust.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use crate::text::value_error::ValueError;

/// How far ahead the end of a certificate is looked for.
const FAR_AHEAD: Duration = Duration::from_secs(1000 * 366 * 86_400);

/// The certificate of a host, which clients accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub(crate) host: String,
    /// The day, in UTC, on which it or one that signed it ends.
    pub(crate) valid_until: Option<NaiveDate>,
    /// How many certificates the server sends.
    pub(crate) chain: usize,
}

/// Reads the certificates of a PEM file (RFC 7468).
///
/// # Errors
///
/// Returns an error if the text has no certificate, or one that cannot be read.
pub(crate) fn read_roots(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, ValueError> {
    let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let hint = "give a PEM file, which has the line `-----BEGIN CERTIFICATE-----`";
    let roots = roots.map_err(|_| ValueError::new("a certificate cannot be read").hint(hint))?;
    match roots.is_empty() {
        true => Err(ValueError::new("the file has no certificate").hint(hint)),
        false => Ok(roots),
    }
}

/// What connections have in common: the roots, and the certificates that were seen.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) config: Arc<ClientConfig>,
    verifier: Arc<Recorder>,
}

/// Verifies as rustls does, and records what it saw.
#[derive(Debug)]
struct Recorder {
    inner: Arc<WebPkiServerVerifier>,
    seen: Mutex<Vec<Certificate>>,
}

impl Tls {
    /// With the public roots, and `roots` as well.
    pub(crate) fn new(roots: &[CertificateDer<'static>]) -> Result<Self, ValueError> {
        let unusable = |error: &dyn std::fmt::Display| {
            ValueError::new(format!("the certificates cannot be used: {error}"))
        };
        let mut store = RootCertStore::empty();
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        for root in roots {
            store.add(root.clone()).map_err(|error| unusable(&error))?;
        }
        let provider = Arc::new(ring::default_provider());
        let inner = WebPkiServerVerifier::builder_with_provider(store.into(), provider.clone())
            .build()
            .map_err(|error| unusable(&error))?;
        let verifier = Arc::new(Recorder {
            inner,
            seen: Mutex::default(),
        });
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
            verifier,
        })
    }

    /// The certificates that were accepted, one a host.
    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        let seen = self.verifier.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |at| self.inner.verify_server_cert(own, between, name, ocsp, at);
        let accepted = verify(now)?;
        // The verifier names the end of the first certificate that has ended at a time: go back
        // until none has.
        let mut end = None;
        let mut at = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()) + FAR_AHEAD);
        for _ in 0..=between.len() + 1 {
            match verify(at) {
                Err(Error::InvalidCertificate(CertificateError::ExpiredContext {
                    not_after,
                    ..
                })) => {
                    end = Some(not_after);
                    at = not_after;
                }
                _ => break,
            }
        }
        let certificate = Certificate {
            host: name.to_str().into_owned(),
            valid_until: end.and_then(day),
            chain: between.len() + 1,
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.iter().any(|known| known.host == certificate.host) {
            seen.push(certificate);
        }
        Ok(accepted)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Why no TLS connection was made: a sentence, and what to do.
pub(crate) fn describe(error: &Error) -> ValueError {
    let Error::InvalidCertificate(certificate) = error else {
        return match error {
            Error::InvalidMessage(_) => ValueError::new("the port does not answer with TLS")
                .hint("does the server speak plain `http` there?"),
            error => ValueError::new(format!("no TLS connection: {error}")),
        };
    };
    let date = |time: &UnixTime| day(*time).map_or_else(String::new, |day| format!(" on {day}"));
    match certificate {
        CertificateError::ExpiredContext { not_after, .. } => {
            ValueError::new(format!("the certificate expired{}", date(not_after)))
                .hint("renew it: clients refuse it")
        }
        CertificateError::NotValidYetContext { not_before, .. } => ValueError::new(format!(
            "the certificate is not valid yet: it begins{}",
            date(not_before)
        )),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names = presented.iter().map(|name| {
                let name = name.split('"').nth(1).unwrap_or(name);
                format!("`{name}`")
            });
            let names = names.collect::<Vec<_>>().join(", ");
            ValueError::new(format!("the certificate is for another name: {names}"))
        }
        CertificateError::UnknownIssuer => {
            ValueError::new("the certificate has no chain to a root that clients trust").hint(
                "send the whole chain, with the intermediate certificates; if the root is your \
                 own, give it with `--ca FILE`",
            )
        }
        other => ValueError::new(format!("the certificate is refused: {other}")),
    }
}

fn day(time: UnixTime) -> Option<NaiveDate> {
    let seconds = i64::try_from(time.as_secs()).ok()?;
    DateTime::from_timestamp(seconds, 0).map(|moment| moment.date_naive())
}
