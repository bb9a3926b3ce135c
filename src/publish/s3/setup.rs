//! Makes a connection from the `AWS_*` variables.
//!
//! The variables are checked here: `object_store` ignores values that it cannot use, or ends the
//! program at the first request.

use std::collections::BTreeMap;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::{BackoffConfig, RetryConfig};
use reqwest::Url;
use tokio::runtime::{self, Runtime};

use crate::publish::store::StoreError;

/// The time after which nothing is tried again.
pub(crate) const RETRY_TIME: Duration = Duration::from_secs(60);
/// How many times a request is tried, unless `AWS_MAX_ATTEMPTS` says otherwise.
const DEFAULT_TRIES: usize = 12;
/// The first pause between tries, its growth, and the longest pause.
const BACKOFF: BackoffConfig = BackoffConfig {
    init_backoff: Duration::from_millis(100),
    base: 3.0,
    max_backoff: Duration::from_secs(5),
};

pub(crate) struct Setup {
    pub(crate) store: AmazonS3,
    pub(crate) runtime: Runtime,
    pub(crate) host: String,
    pub(crate) tries: usize,
}

pub(crate) fn connect(
    bucket: &str,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Setup, StoreError> {
    // A variable with an empty value counts as not set.
    let set = environment.filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty());
    let set: BTreeMap<String, String> = set.collect();
    let get = |name: &str| set.get(name).map(String::as_str);
    refuse_missing(bucket, &get)?;
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    ] {
        let is_plain = |value: &str| value.bytes().all(|byte| byte.is_ascii_graphic());
        if get(name).is_some_and(|value| !is_plain(value)) {
            return Err(setup_error(
                format!("{name} has a space, a line break or the like in it"),
                "set it again without",
            ));
        }
    }
    let tries = match get("AWS_MAX_ATTEMPTS") {
        None => DEFAULT_TRIES,
        Some(text) => text
            .parse()
            .ok()
            .filter(|tries| *tries > 0)
            .ok_or_else(|| {
                setup_error(
                    "AWS_MAX_ATTEMPTS is not a number of tries".to_owned(),
                    "set it to a number from 1 up",
                )
            })?,
    };
    let region = get("AWS_REGION").or(get("AWS_DEFAULT_REGION"));
    let region = region.unwrap_or("us-east-1");
    let endpoint = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"];
    let endpoint = endpoint
        .into_iter()
        .find_map(|name| Some((name, get(name)?)));
    let endpoint = endpoint
        .map(|(name, text)| endpoint_of(name, text, get("AWS_ALLOW_HTTP")))
        .transpose()?;
    let mut builder = AmazonS3Builder::new();
    for (name, value) in &set {
        if name.starts_with("AWS_ENDPOINT") && name != "AWS_ENDPOINT_URL_STS" {
            continue;
        }
        if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
            builder = builder.with_config(key, value);
        }
    }
    let host = match &endpoint {
        Some(url) => {
            builder = builder.with_endpoint(url.as_str().trim_end_matches('/'));
            let port = url.port().map(|port| format!(":{port}"));
            format!(
                "{}{}",
                url.host_str().unwrap_or_default(),
                port.unwrap_or_default()
            )
        }
        None => format!("s3.{region}.amazonaws.com"),
    };
    // The only provider of cryptography in this program; installing it again changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let store = builder
        .with_bucket_name(bucket)
        .with_region(region)
        .with_retry(RetryConfig {
            backoff: BACKOFF,
            max_retries: tries - 1,
            retry_timeout: RETRY_TIME,
        })
        .build()
        .map_err(|error| {
            setup_error(
                format!("the AWS_* variables cannot be used for bucket `{bucket}`: {error}"),
                "see which of them are set",
            )
        })?;
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| setup_error(format!("cannot start threads: {error}"), "try again"))?;
    Ok(Setup {
        store,
        runtime,
        host,
        tries,
    })
}

/// Refuses to go on without credentials. `object_store` would ask the metadata service of a cloud,
/// which does not answer elsewhere; a user who wants that must set a variable.
fn refuse_missing<'a>(
    bucket: &str,
    get: &impl Fn(&str) -> Option<&'a str>,
) -> Result<(), StoreError> {
    let others = [
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_METADATA_ENDPOINT",
        "AWS_SKIP_SIGNATURE",
    ];
    let missing: Vec<&str> = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        .into_iter()
        .filter(|name| get(name).is_none())
        .collect();
    let is_elsewhere = missing.len() == 2 && others.iter().any(|name| get(name).is_some());
    if missing.is_empty() || is_elsewhere {
        return Ok(());
    }
    let verb = if missing.len() == 1 { "is" } else { "are" };
    let sentence = format!(
        "no credentials for bucket `{bucket}`: {} {verb} not set",
        missing.join(" and ")
    );
    let hint = match get("AWS_PROFILE") {
        Some(_) => {
            "profiles are not read: `eval \"$(aws configure export-credentials --format env)\"` \
             sets what is needed"
        }
        None => {
            "set both; the role of a machine in EC2 is used with \
             AWS_METADATA_ENDPOINT=http://169.254.169.254"
        }
    };
    Err(setup_error(sentence, hint))
}

/// The address of the store. Errors do not quote it, since it may contain a password.
fn endpoint_of(name: &str, text: &str, allow_http: Option<&str>) -> Result<Url, StoreError> {
    let hint = "the address of an object store is `https://HOST`";
    let url = Url::parse(text).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url =
        url.ok_or_else(|| setup_error(format!("{name} is not an http or https address"), hint))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(setup_error(
            format!("{name} has a user or a password in it"),
            hint,
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(setup_error(format!("{name} has a `?` or `#` in it"), hint));
    }
    let is_allowed =
        allow_http.is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"));
    if url.scheme() == "http" && !is_allowed {
        return Err(setup_error(
            format!("{name} is plain http: anyone on the way can read the secret links"),
            "use https, or set AWS_ALLOW_HTTP=true",
        ));
    }
    Ok(url)
}

fn setup_error(sentence: String, hint: &str) -> StoreError {
    StoreError::new(sentence).hint(hint)
}
