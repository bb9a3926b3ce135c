//! Lets requests in: the pairing of a device, and the pages and forms of a device that is paired.

use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;
use hyper::body::Incoming;
use hyper::{Method, Request};

use crate::plan::value::language::Language;
use crate::server::record::access;
use crate::server::record::device::PairedDevice;
use crate::server::snapshot::{FeedMeta, ServedFeed};
use crate::site::address::Base;
use crate::site::link::Key;
use crate::site::record::{DeviceCookie, FormAction, FormToken, ListId, PairingCode};
use crate::site::route::RecordRoute;
use crate::time::clock::Clock;

/// Lets requests in.
pub(crate) struct Gate {
    /// The key of the pairing links, cookies and forms.
    pub(crate) key: Key,
    /// Whether requests may come through a proxy. Without secret links only this computer may
    /// record, and the server cannot know who is behind a proxy.
    pub(crate) allows_proxies: bool,
}

/// A request to the pages of a list, whether there is such a list or not.
pub(crate) struct Visit<'r> {
    pub(crate) route: RecordRoute<'r>,
    /// The list.
    pub(crate) feed: Option<Arc<ServedFeed>>,
    /// The address at which the request reached the site, if that is known.
    pub(crate) base: Option<Base>,
    pub(crate) clock: &'r Clock,
}

/// A request that was let in.
pub(crate) enum Admitted {
    /// The page behind a valid pairing link, or its form. The device is not paired yet.
    Pairing(PairedDevice),
    /// A page for a paired device.
    Page(PairedDevice, Shown),
    /// A form of a paired device.
    Form(PairedDevice, Form),
    /// A form of a paired device whose token is not one of this device and this plan: the page with
    /// the form is old, or somebody else made it.
    WrongToken(PairedDevice, Shown),
}

/// Which page a device asks for.
pub(crate) enum Shown {
    /// All plans of the list.
    List,
    /// The plan with this id.
    Plan(String),
}

impl Shown {
    /// The id of the plan, if it is one.
    pub(crate) fn plan_id(&self) -> Option<&str> {
        match self {
            Self::List => None,
            Self::Plan(id) => Some(id),
        }
    }
}

/// What a form does, by its token.
pub(crate) struct Form {
    pub(crate) plan_id: String,
    pub(crate) action: FormAction,
    /// The digest of the plan's own bytes when the form was made.
    pub(crate) digest: String,
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It comes through a proxy, so somebody else than this computer may have sent it.
    Proxied,
    /// It comes from another site.
    Foreign,
    /// The device is not paired with such a list, or the pairing link is wrong or late.
    Unpaired,
}

impl Gate {
    /// Lets a GET, HEAD or POST request in, by its head alone.
    ///
    /// # Errors
    ///
    /// Returns why the request is not let in.
    pub(crate) fn admit(
        &self,
        request: &Request<Incoming>,
        visit: Visit<'_>,
    ) -> Result<Admitted, Refusal> {
        let headers = request.headers();
        let is_post = *request.method() == Method::POST;
        let language = access::language(headers);
        if !self.allows_proxies && access::is_forwarded(headers) {
            return Err(Refusal::Proxied);
        }
        if is_post && !access::is_same_origin(headers, visit.base.as_ref()) {
            return Err(Refusal::Foreign);
        }
        let devices = visit.feed.as_ref().map(|feed| feed.ready.meta().devices);
        let list = ListId {
            name: visit.route.name(),
            devices: devices.unwrap_or(1),
        };
        // Nothing more is computed for a list that exists before the device is known.
        let device = || {
            let feed = visit.feed.as_ref();
            feed.map(|feed| self.device(feed, &visit, language))
        };
        let shown = match &visit.route {
            RecordRoute::Pair { code, .. } => {
                let is_valid = PairingCode::is_valid(code, &self.key, list, visit.clock.unix());
                let device = is_valid.then(device).flatten();
                return device.map(Admitted::Pairing).ok_or(Refusal::Unpaired);
            }
            RecordRoute::List { .. } => Shown::List,
            RecordRoute::Plan { id, .. } => Shown::Plan(id.as_ref().to_owned()),
        };
        let today = cookie_day(visit.clock);
        let cookies = access::cookies(headers);
        let cookie = DeviceCookie::find(cookies, &self.key, list, today);
        let cookie = cookie.ok_or(Refusal::Unpaired)?;
        let device = device().ok_or(Refusal::Unpaired)?;
        if !is_post {
            return Ok(Admitted::Page(device, shown));
        }
        let form = match &shown {
            Shown::Plan(id) => self.form(request, &cookie, list, id),
            Shown::List => None,
        };
        Ok(match form {
            Some(form) => Admitted::Form(device, form),
            None => Admitted::WrongToken(device, shown),
        })
    }

    /// The device of a request, with the cookie that it gets if it is paired.
    fn device(
        &self,
        feed: &Arc<ServedFeed>,
        visit: &Visit<'_>,
        language: Language,
    ) -> PairedDevice {
        let (meta, clock) = (feed.ready.meta(), visit.clock);
        PairedDevice {
            feed: Arc::clone(feed),
            cookie: DeviceCookie::new(&self.key, list_id(meta), cookie_day(clock)),
            base: visit.base.clone(),
            language,
            today: clock.today(meta.zone),
            latest: clock.today(Some(Tz::Etc__GMTMinus14)),
        }
    }

    /// What a form does, if its token is one of this device and this plan.
    fn form(
        &self,
        request: &Request<Incoming>,
        cookie: &DeviceCookie,
        list: ListId<'_>,
        plan_id: &str,
    ) -> Option<Form> {
        let token = access::token(request.uri().query());
        let mut cookies = cookie.with_earlier(&self.key, list);
        let (action, digest) = cookies.find_map(|cookie| {
            let device = (&self.key, &cookie);
            let mut actions = [FormAction::Record, FormAction::Undo].into_iter();
            actions.find_map(|action| {
                let digest = FormToken::read(token, device, list.name, plan_id, action)?;
                Some((action, digest.to_owned()))
            })
        })?;
        Some(Form {
            plan_id: plan_id.to_owned(),
            action,
            digest,
        })
    }
}

/// The list of a feed, as its secrets know it.
pub(crate) fn list_id(meta: &FeedMeta) -> ListId<'_> {
    ListId {
        name: &meta.name,
        devices: meta.devices,
    }
}

/// The day on which cookies are issued, in UTC. A day that `--today` gives does not count.
fn cookie_day(clock: &Clock) -> NaiveDate {
    clock.now().date_naive()
}
