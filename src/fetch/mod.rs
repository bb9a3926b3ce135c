//! Fetches a published feed as calendar programs do, and says what each of them would get.
//!
//! Only `connection` and `survey` touch the network and the clock. Each request goes out as its
//! client sends it, with `weekahead-check/VERSION` behind its User-Agent. At most
//! [`http::MAX_BODY_BYTES`] of a body are read, and as many inflated. The secret part of an address
//! is never shown: see [`address::Address::shown`].

pub(crate) mod address;
mod connection;
mod http;
mod profile;
mod survey;
mod tls;
mod verdict;

pub(crate) use survey::{ConditionOutcome, Expectation, FetchOptions, Survey, Visit};
pub(crate) use tls::read_roots;
