//! Recording renewals from a page, for paired devices.
//!
//! A request is let in by what its head tells: after the host, which is checked for every request,
//! by the proxies on its way, the page that it comes from, its cookie, and the token of its form.
//! Only then its body is read. A stranger gets the same response whether there is such a list or
//! not.
//!
//! The pages show the file as it is on the disk: the snapshot may be late.

mod access;
mod device;
mod gate;
mod recorder;
mod response;
mod steps;

use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::server::blocking::on_own_thread;
use crate::server::body::{FullBody, collect};
use crate::server::record::device::{Page, PairedDevice};
use crate::server::record::gate::{Admitted, Form, Gate, Refusal, Shown, list_id};
use crate::server::record::recorder::{NotRecorded, Obstacle, Order, execute};
use crate::server::record::response::{stranger_page, stranger_sentence};
use crate::server::record::steps::{ListSteps, Steps};
use crate::server::snapshot::FeedMeta;
use crate::site::address::Base;
use crate::site::link::Key;
use crate::site::record::pages::{self, RecordMessage};
use crate::site::record::paths::pairing_path;
use crate::site::record::{
    FormAction, FormError, MAX_FORM_BYTES, PAIRING_SECONDS, PairingCode, RecordForm,
};

pub(crate) use gate::Visit;

/// How many pages read their file at a time; others wait.
const MAX_FILES_READ: usize = 2;

/// Records renewals for paired devices.
pub(crate) struct Recording {
    gate: Gate,
    form_time: Duration,
    /// Whether each change is committed.
    commits: bool,
    steps: Steps,
    file_permits: Arc<Semaphore>,
}

impl Recording {
    /// Without secret links, requests may not come through a proxy. A form is read within
    /// `form_time`.
    pub(crate) fn new(key: Key, is_secret: bool, form_time: Duration) -> Self {
        Self {
            gate: Gate {
                key,
                allows_proxies: is_secret,
            },
            form_time,
            commits: false,
            steps: Steps::default(),
            file_permits: Arc::new(Semaphore::new(MAX_FILES_READ)),
        }
    }

    /// The same, which also commits each change if `commits` is set.
    pub(crate) fn committing(self, commits: bool) -> Self {
        Self { commits, ..self }
    }

    /// The pairing link of a list at `base`, which works for an hour after `now`, in Unix seconds.
    pub(crate) fn pairing_link(&self, base: &Base, meta: &FeedMeta, now: i64) -> String {
        let code = PairingCode::new(&self.gate.key, list_id(meta), now + PAIRING_SECONDS);
        let path = pairing_path("", &meta.name, code.as_str());
        format!("{}{path}", base.as_str())
    }

    /// Waits for recordings whose clients have left, but no longer than `limit`. A process that ends
    /// in the middle could write the file and not commit it.
    pub(crate) async fn finish(&self, limit: Duration) {
        // What lasts longer is left, as for other requests.
        let _ = timeout(limit, self.steps.all_done()).await;
    }

    /// The response to a GET, HEAD or POST request.
    pub(crate) async fn respond(
        self: &Arc<Self>,
        request: &mut Request<Incoming>,
        visit: Visit<'_>,
    ) -> Response<FullBody> {
        let mut response = match self.gate.admit(request, visit) {
            Err(refusal) => turn_away(request, refusal),
            Ok(Admitted::Pairing(device)) => self.pair(request, &device).await,
            Ok(Admitted::Page(device, shown)) => self.page(device, shown).await,
            Ok(Admitted::Form(device, form)) => self.take_form(request, device, form).await,
            Ok(Admitted::WrongToken(device, shown)) => {
                let (status, message) = (StatusCode::FORBIDDEN, RecordMessage::Foreign);
                device.message(status, message, None, shown.plan_id())
            }
        };
        if !request.body().is_end_stream() {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        response
    }

    /// The page behind a pairing link, and the response to its button.
    async fn pair(
        &self,
        request: &mut Request<Incoming>,
        device: &PairedDevice,
    ) -> Response<FullBody> {
        if *request.method() != Method::POST {
            return stranger_page(StatusCode::OK, pages::pair_page(device.language));
        }
        match self.read_form(request).await {
            Err((status, message)) => {
                let html = pages::message_page(device.language, message, None, None);
                stranger_page(status, html)
            }
            Ok(_) => {
                tracing::info!(list = device.meta().name, "a device was paired");
                device.to_list()
            }
        }
    }

    /// A page of a paired device.
    async fn page(self: &Arc<Self>, device: PairedDevice, shown: Shown) -> Response<FullBody> {
        let steps = self.steps.of(&device.meta().name);
        // The semaphore is never closed.
        let permit = Arc::clone(&self.file_permits).acquire_owned().await;
        let this = Arc::clone(self);
        // If the client leaves, the file is read all the same, and the permit is kept.
        on_own_thread(move || {
            let page = shown.plan_id().map_or(Page::List, Page::Plan);
            let response = device.page(&this.gate.key, &page, steps.last().as_deref());
            drop(permit);
            response
        })
        .await
    }

    /// Records what a form says, or takes the last recording back.
    async fn take_form(
        self: &Arc<Self>,
        request: &mut Request<Incoming>,
        device: PairedDevice,
        form: Form,
    ) -> Response<FullBody> {
        let body = match self.read_form(request).await {
            Ok(body) => body,
            Err((status, message)) => {
                return device.message(status, message, None, Some(&form.plan_id));
            }
        };
        let steps = self.steps.of(&device.meta().name);
        let Some(turn) = steps.turn().await else {
            return refuse(&device, &form, Obstacle::Locked);
        };
        let this = Arc::clone(self);
        // If the client leaves, the recording goes on, and keeps its turn.
        on_own_thread(move || {
            let response = this.record(&device, &form, &body, &steps);
            drop(turn);
            response
        })
        .await
    }

    fn record(
        &self,
        device: &PairedDevice,
        form: &Form,
        body: &[u8],
        steps: &ListSteps,
    ) -> Response<FullBody> {
        let meta = device.meta();
        let refused = |fields: &RecordForm, error: &FormError| {
            let page = Page::Refused(&form.plan_id, fields, error);
            device.page(&self.gate.key, &page, steps.last().as_deref())
        };
        let fields = match form.action {
            FormAction::Record => RecordForm::parse(body),
            FormAction::Undo => Ok(RecordForm::default()),
        };
        let fields = match fields {
            Ok(fields) => fields,
            Err(error) => return refused(&RecordForm::default(), &error),
        };
        let Some(path) = &meta.path else {
            return refuse(device, form, Obstacle::Changed);
        };
        let order = Order {
            path,
            devices: meta.devices,
            plan_id: &form.plan_id,
            digest: &form.digest,
            action: form.action,
            form: &fields,
            today: device.today,
            latest: device.latest,
            commits: self.commits,
        };
        match execute(&order, steps) {
            Ok(done) => {
                let list = &meta.name;
                match form.action {
                    FormAction::Record => tracing::info!(list, "a renewal was recorded"),
                    FormAction::Undo => tracing::info!(list, "a recording was taken back"),
                }
                if !done.is_committed {
                    tracing::warn!(list, "the change is not committed: its page says why");
                }
                device.to_plan(&form.plan_id)
            }
            Err(NotRecorded::Form(error)) => refused(&fields, &error),
            Err(NotRecorded::Obstacle(obstacle)) => refuse(device, form, obstacle),
        }
    }

    /// Reads the body of a form.
    ///
    /// # Errors
    ///
    /// It is no form, or too long, or comes too slowly.
    async fn read_form(
        &self,
        request: &mut Request<Incoming>,
    ) -> Result<Vec<u8>, (StatusCode, RecordMessage)> {
        let too_long = (StatusCode::PAYLOAD_TOO_LARGE, RecordMessage::TooLong);
        if !access::is_form(request.headers()) {
            return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, RecordMessage::NotAForm));
        }
        let body = request.body_mut();
        if body.size_hint().lower() > MAX_FORM_BYTES as u64 {
            return Err(too_long);
        }
        match timeout(self.form_time, collect(body, MAX_FORM_BYTES)).await {
            Ok(Some(body)) => Ok(body),
            Ok(None) => Err(too_long),
            Err(_) => Err((StatusCode::REQUEST_TIMEOUT, RecordMessage::Late)),
        }
    }
}

/// The response to a request that was not let in, the same whether there is such a list or not.
fn turn_away(request: &Request<Incoming>, refusal: Refusal) -> Response<FullBody> {
    let language = access::language(request.headers());
    let html = match refusal {
        Refusal::Proxied => {
            let sentence = "without a key renewals are recorded on this computer only, and this \
                            request came through a proxy\n";
            return stranger_sentence(StatusCode::FORBIDDEN, sentence);
        }
        Refusal::Foreign => pages::message_page(language, RecordMessage::Foreign, None, None),
        Refusal::Unpaired => pages::unpaired_page(language),
    };
    stranger_page(StatusCode::FORBIDDEN, html)
}

/// The response to a form that was not carried out.
fn refuse(device: &PairedDevice, form: &Form, obstacle: Obstacle) -> Response<FullBody> {
    let list = &device.meta().name;
    let (status, message, reason) = match obstacle {
        Obstacle::Unpaired => return device.unpaired(),
        Obstacle::Changed => {
            let message = match form.action {
                FormAction::Record => RecordMessage::Changed,
                FormAction::Undo => RecordMessage::NothingToUndo,
            };
            (StatusCode::CONFLICT, message, None)
        }
        Obstacle::NothingToUndo => {
            let message = RecordMessage::NothingToUndo;
            (StatusCode::CONFLICT, message, None)
        }
        Obstacle::Broken(summary) => {
            let reason = Some(summary.page);
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                RecordMessage::Broken,
                reason,
            )
        }
        Obstacle::Locked => {
            tracing::warn!(list, "nothing was recorded: the plans file is locked");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            (status, RecordMessage::Locked, None)
        }
        Obstacle::NotWritten(reason) => {
            tracing::warn!(list, reason, "nothing was recorded");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            (status, RecordMessage::NotWritten, Some(reason))
        }
    };
    device.message(status, message, reason.as_deref(), Some(&form.plan_id))
}
