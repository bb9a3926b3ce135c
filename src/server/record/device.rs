//! A paired device, and the pages that are made for it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use hyper::{Response, StatusCode};

use crate::document::Document;
use crate::files::source::Source;
use crate::plan::value::language::Language;
use crate::server::body::FullBody;
use crate::server::record::recorder::position;
use crate::server::record::response::{device_page, see_other, set_cookie, stranger_page};
use crate::server::reload::error_summary::ErrorSummary;
use crate::server::snapshot::{FeedMeta, ServedFeed};
use crate::site::address::{Base, Reach};
use crate::site::link::Key;
use crate::site::record::pages::{self, Device, RecordMessage, RecordView};
use crate::site::record::paths::{list_path, plan_path};
use crate::site::record::{DeviceCookie, FormError, RecordForm, RecordedStep};

/// A device that is paired with a list.
pub(crate) struct PairedDevice {
    pub(crate) feed: Arc<ServedFeed>,
    /// The cookie that goes with the response: it is issued today.
    pub(crate) cookie: DeviceCookie,
    /// The address at which the request reached the site, if that is known.
    pub(crate) base: Option<Base>,
    /// The language of the request, for what a stranger may see.
    pub(crate) language: Language,
    /// The list's day.
    pub(crate) today: NaiveDate,
    /// The last day that has begun somewhere on earth.
    pub(crate) latest: NaiveDate,
}

/// A page of the list of a device.
pub(crate) enum Page<'a> {
    /// All plans.
    List,
    /// The plan with this id.
    Plan(&'a str),
    /// The plan with this id, and a form that was refused.
    Refused(&'a str, &'a RecordForm, &'a FormError),
}

impl PairedDevice {
    pub(crate) fn meta(&self) -> &FeedMeta {
        self.feed.ready.meta()
    }

    /// The path of the site, without a slash at its end.
    fn prefix(&self) -> &str {
        self.base.as_ref().map_or("", Base::prefix)
    }

    /// The response with the device's cookie.
    fn with_cookie(&self, mut response: Response<FullBody>) -> Response<FullBody> {
        // A host that is not known may be that of a proxy with TLS.
        let reach = self.base.as_ref().map(Base::reach);
        let is_secure = reach != Some(Reach::Local);
        let name = &self.meta().name;
        let cookie = self.cookie.set_cookie(name, self.prefix(), is_secure);
        set_cookie(&mut response, &cookie);
        response
    }

    /// 303 to the page with all plans.
    pub(crate) fn to_list(&self) -> Response<FullBody> {
        let path = list_path(self.prefix(), &self.meta().name);
        self.with_cookie(see_other(&path))
    }

    /// 303 to the page of a plan.
    pub(crate) fn to_plan(&self, id: &str) -> Response<FullBody> {
        let path = plan_path(self.prefix(), &self.meta().name, id);
        self.with_cookie(see_other(&path))
    }

    /// 403, as for every device that is not paired.
    pub(crate) fn unpaired(&self) -> Response<FullBody> {
        stranger_page(StatusCode::FORBIDDEN, pages::unpaired_page(self.language))
    }

    /// A sentence instead of a page; `reason` is that of the machine. It leads to the page of the
    /// plan with an id, or else to that of all plans.
    pub(crate) fn message(
        &self,
        status: StatusCode,
        message: RecordMessage,
        reason: Option<&str>,
        plan_id: Option<&str>,
    ) -> Response<FullBody> {
        let (prefix, name) = (self.prefix(), &self.meta().name);
        let back = match plan_id {
            Some(id) => plan_path(prefix, name, id),
            None => list_path(prefix, name),
        };
        let language = self.meta().language;
        let html = pages::message_page(language, message, reason, Some(&back));
        self.with_cookie(device_page(status, html))
    }

    /// A page of the list as its file is now. If the file cannot be used, the page shows the last
    /// list that could be, and the problem. This function reads and parses the file, so it may take
    /// a while.
    pub(crate) fn page(
        &self,
        key: &Key,
        page: &Page<'_>,
        last: Option<&RecordedStep>,
    ) -> Response<FullBody> {
        let meta = self.meta();
        let loaded = load(meta.path.as_deref());
        let read = loaded.as_ref().map_err(Clone::clone).and_then(|bytes| {
            let name = &meta.name;
            let summary = |problems| ErrorSummary::of(name, bytes, &problems, false).page;
            Document::read(bytes).map_err(summary)
        });
        let kept = match &read {
            Ok(_) => None,
            Err(_) => Document::read(&meta.text).ok(),
        };
        let (document, problem) = match (&read, &kept) {
            (Ok(document), _) => (document, None),
            (Err(problem), Some(document)) => (document, Some(problem.as_str())),
            (Err(problem), None) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return self.message(status, RecordMessage::Broken, Some(problem), None);
            }
        };
        if document.list().settings.devices != meta.devices {
            return self.unpaired();
        }
        let view = RecordView {
            document,
            stem: &meta.name,
            prefix: self.prefix(),
            today: self.today,
            latest: self.latest,
            device: Device {
                key,
                cookie: &self.cookie,
            },
            last,
            problem,
        };
        let index = |id| position(document.list(), id);
        let html = match page {
            Page::List => Some((StatusCode::OK, pages::list_page(&view))),
            Page::Plan(id) => index(id).map(|at| (StatusCode::OK, pages::plan_page(&view, at))),
            Page::Refused(id, form, error) => index(id).map(|at| {
                let html = pages::refused_page(&view, at, form, error);
                (StatusCode::UNPROCESSABLE_ENTITY, html)
            }),
        };
        match html {
            Some((status, html)) => self.with_cookie(device_page(status, html)),
            None => self.message(StatusCode::NOT_FOUND, RecordMessage::Missing, None, None),
        }
    }
}

/// The content of a plans file, or why it cannot be read.
fn load(path: Option<&Path>) -> Result<Vec<u8>, String> {
    let path = path.ok_or("the list has no file")?;
    // Reading a pipe would wait for its writer.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err("the plans file is not a regular file".to_owned());
    }
    let source = Source {
        path: Some(path.to_owned()),
    };
    match source.load() {
        Ok(loaded) => Ok(loaded.bytes),
        Err(error) => Err(format!("the plans file cannot be read: {}", error.reason())),
    }
}
