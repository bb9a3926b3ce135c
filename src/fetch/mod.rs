//! Fetches a published feed as calendar programs do, and says what each of them would get.
//!
//! Only `connection` and `survey` use the network and the clock. Each request has the fields that
//! its client sends; `weekahead-check/VERSION` is added to the User-Agent. At most
//! [`http::MAX_BODY_BYTES`] of a body are read, and at most as many after decompression. The secret
//! part of an address is never shown: see [`address::Address::shown`].

pub(crate) mod address;
mod connection;
mod http;
mod profile;
mod survey;
mod tls;
mod verdict;

pub(crate) use survey::{ConditionOutcome, Expectation, FetchOptions, Survey, Visit};
pub(crate) use tls::read_roots;
