use super::Bucket;
use crate::publish::store::{ErrorKind, Store as _};

const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "an-id"),
    ("AWS_SECRET_ACCESS_KEY", "a-secret"),
];

fn open(address: &str, more: &[(&str, &str)]) -> Result<Bucket, String> {
    let keys = KEYS
        .iter()
        .filter(|(key, _)| more.iter().all(|(name, _)| name != key));
    let set = keys.chain(more);
    let set = set.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Bucket::open(address, set).map_err(|error| {
        assert_ne!(error.kind, ErrorKind::NotOurs);
        format!("{}\n{}", error.sentence, error.hint.unwrap_or_default())
    })
}

#[test]
fn an_address_is_a_bucket_and_a_prefix() {
    for (address, whole) in [
        ("b", "s3://b"),
        ("b/", "s3://b"),
        ("b/a", "s3://b/a"),
        ("b/a/漢 %25/", "s3://b/a/漢 %25"),
    ] {
        assert_eq!(open(address, &[]).expect(address).address(), whole);
    }
    for address in ["", "/a", "a b", "..", "b@c"] {
        assert_eq!(
            open(address, &[]).expect_err(address),
            format!(
                "`s3://{address}` has no bucket's name that can be used\n\
                 `s3://BUCKET/PREFIX`; no part of the prefix may be empty, `.` or `..`"
            )
        );
    }
    for address in ["b/a//c", "b/../c", "b/.", "b/a\u{7}"] {
        let said = open(address, &[]).expect_err(address);
        let begin = format!("`s3://{address}` has no prefix that can be used\n");
        assert!(said.starts_with(&begin), "{said}");
    }
}

#[test]
fn a_place_contains_what_is_below_it() {
    for (this, other, is_inside) in [
        ("b", "b/a", true),
        ("b/a", "b/a", true),
        ("b/a", "b/a/c", true),
        ("b/a", "b/ac", false),
        ("b/a", "b", false),
        ("b", "c", false),
        ("b", "c/b", false),
    ] {
        let [this_one, other_one] = [this, other].map(|it| open(it, &[]).expect(it));
        assert_eq!(this_one.contains(&other_one), is_inside, "{this} {other}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_refused_without_being_shown() {
    for (name, value, said) in [
        (
            "AWS_ACCESS_KEY_ID",
            "an-id\n",
            "AWS_ACCESS_KEY_ID has a space, a line break or the like in it\nset it again without",
        ),
        (
            "AWS_REGION",
            "eu north",
            "AWS_REGION has a space, a line break or the like in it\nset it again without",
        ),
        (
            "AWS_ENDPOINT_URL",
            "localhost:9000",
            "AWS_ENDPOINT_URL is not an http or https address\n\
             the address of an object store is `https://HOST`",
        ),
        (
            "AWS_ENDPOINT_URL_S3",
            "https://me:secret@host",
            "AWS_ENDPOINT_URL_S3 has a user or a password in it\n\
             the address of an object store is `https://HOST`",
        ),
        (
            "AWS_ENDPOINT_URL",
            "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL is plain http: anyone on the way can read the secret links\n\
             use https, or set AWS_ALLOW_HTTP=true",
        ),
        (
            "AWS_MAX_ATTEMPTS",
            "0",
            "AWS_MAX_ATTEMPTS is not a number of tries\nset it to a number from 1 up",
        ),
        (
            "AWS_SECRET_ACCESS_KEY",
            "",
            "no credentials for bucket `b`: AWS_SECRET_ACCESS_KEY is not set\n\
             set both; the role of a machine in EC2 is used with \
             AWS_METADATA_ENDPOINT=http://169.254.169.254",
        ),
    ] {
        assert_eq!(open("b", &[(name, value)]).expect_err(name), said);
    }
}

#[test]
fn without_keys_the_way_to_them_is_said() {
    let profile = ("AWS_PROFILE".to_owned(), "mine".to_owned());
    let error = Bucket::open("b", std::iter::once(profile)).expect_err("no keys");
    assert_eq!(
        (error.sentence.as_str(), error.hint.as_deref()),
        (
            "no credentials for bucket `b`: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set",
            Some(
                "profiles are not read: `eval \"$(aws configure export-credentials --format env)\"` \
                 sets what is needed"
            )
        )
    );
}
