//! The CSRs, and what may be done to them (pkg/registry/certificates and pkg/apis/certificates/validation).

use std::collections::BTreeMap;

use csr_review::csr::Request as Pkcs10;
use serde_json::{Value, json};

use super::selector::{fields_fit, labels_fit};
use crate::support::http::{Answer, Request};
use crate::support::request::uid_of;

/// The time as the API writes it.
fn now() -> String {
    let now = jiff::Timestamp::now().as_second();
    jiff::Timestamp::from_second(now)
        .expect("a time")
        .to_string()
}

/// CSRs by name, in the order in which a server lists them.
#[derive(Default)]
pub(crate) struct Store {
    objects: BTreeMap<String, Value>,
    version: u64,
    /// What happened, for those who watch.
    log: Vec<Change>,
    /// Up to this version what happened is forgotten.
    compacted: u64,
    pub(super) list_forbidden: bool,
    pub(super) watch_forbidden: bool,
    pub(super) forbidden_signers: Vec<String>,
}

/// Something that happened.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) version: u64,
    pub(super) kind: &'static str,
    pub(super) object: Value,
}

/// A `Status` that is a refusal.
pub(crate) fn status(code: u16, reason: &str, message: &str) -> Answer {
    Answer::json(
        code,
        &json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
        }),
    )
}

/// The conditions of an object.
pub(super) fn conditions(object: &Value) -> &[Value] {
    object["status"]["conditions"]
        .as_array()
        .map_or(&[], Vec::as_slice)
}

impl Store {
    /// Stores an object under the next resourceVersion.
    pub(crate) fn put(&mut self, mut object: Value) {
        let name = object["metadata"]["name"].as_str().expect("a name");
        let before = self.objects.get(name);
        let is_same = before.map(|it| it["metadata"]["uid"] == object["metadata"]["uid"]);
        if is_same == Some(false) {
            self.delete(name);
        }
        object["metadata"]["resourceVersion"] = json!(self.next_version());
        let kind = if is_same == Some(true) {
            "MODIFIED"
        } else {
            "ADDED"
        };
        self.happened(kind, &object);
        self.insert(object);
    }

    fn happened(&mut self, kind: &'static str, object: &Value) {
        self.log.push(Change {
            version: self.version(),
            kind,
            object: object.clone(),
        });
    }

    /// The version of the last change.
    pub(super) fn version(&self) -> u64 {
        1000 + self.version
    }

    /// Forgets what happened so far: whoever watches from an older version on has to list.
    pub(crate) fn compact(&mut self) {
        self.compacted = self.version();
        self.log.clear();
    }

    /// What happened since that version to what is selected; `None` if that is forgotten.
    pub(super) fn since(&self, version: u64, request: &Request) -> Option<Vec<Change>> {
        if version < self.compacted {
            return None;
        }
        let labels = request.query("labelSelector").unwrap_or_default();
        let fields = request.query("fieldSelector").unwrap_or_default();
        let later = self.log.iter().filter(|change| change.version > version);
        let changes = later.cloned().map(|mut change| {
            let fits = fields_fit(&change.object, &fields) == Ok(true);
            if !(fits && labels_fit(&change.object, &labels)) {
                change.kind = "DELETED";
            }
            change
        });
        Some(changes.collect())
    }

    fn insert(&mut self, object: Value) {
        let name = object["metadata"]["name"].as_str().expect("a name");
        self.objects.insert(name.to_owned(), object);
    }

    fn next_version(&mut self) -> String {
        self.version += 1;
        self.version().to_string()
    }

    /// An object by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.objects.get(name)
    }

    /// Changes an object in place, as somebody else's write does.
    pub(crate) fn update(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut object = self.get(name).expect("a CSR of that name").clone();
        change(&mut object);
        self.put(object);
    }

    /// Deletes an object.
    pub(crate) fn delete(&mut self, name: &str) {
        if let Some(mut object) = self.objects.remove(name) {
            object["metadata"]["resourceVersion"] = json!(self.next_version());
            self.happened("DELETED", &object);
        }
    }

    /// Deletes an object and creates one of its name with that spec.
    pub(crate) fn replace(&mut self, mut object: Value) {
        let name = object["metadata"]["name"].as_str().expect("a name");
        object["metadata"]["uid"] = json!(uid_of(&format!("another {name}")));
        self.put(object);
    }

    /// Adds a condition, as a controller does.
    pub(crate) fn decide(&mut self, name: &str, kind: &str, reason: &str, manager: &str) {
        self.update(name, |object| {
            let condition = json!({
                "type": kind, "status": "True", "reason": reason, "message": "",
                "lastUpdateTime": now(), "lastTransitionTime": now(),
            });
            let mut all = conditions(object).to_vec();
            all.push(condition);
            object["status"]["conditions"] = all.into();
            managed_by(object, manager);
        });
    }

    pub(super) fn read(&self, name: &str) -> Answer {
        match self.objects.get(name) {
            Some(object) => Answer::json(200, object),
            None => not_found(name),
        }
    }

    pub(super) fn list(&self, request: &Request, page_limit: Option<usize>) -> Answer {
        if self.list_forbidden {
            return status(
                403,
                "Forbidden",
                "certificatesigningrequests.certificates.k8s.io is forbidden: User \"reviewer\" cannot list resource \
                 \"certificatesigningrequests\" in API group \"certificates.k8s.io\" at the cluster scope",
            );
        }
        let labels = request.query("labelSelector").unwrap_or_default();
        let fields = request.query("fieldSelector").unwrap_or_default();
        let mut found = Vec::new();
        for object in self.objects.values() {
            match fields_fit(object, &fields) {
                Ok(true) if labels_fit(object, &labels) => found.push(object.clone()),
                Ok(_) => {}
                Err(why) => return status(400, "BadRequest", &why),
            }
        }
        page(
            request,
            "certificates.k8s.io/v1",
            "CertificateSigningRequest",
            found,
            page_limit,
            self.version(),
        )
    }

    /// `PUT …/approval`.
    pub(super) fn approval(&mut self, name: &str, request: &Request) -> Answer {
        let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
            return status(400, "BadRequest", "the object provided is unrecognized");
        };
        let text = |field: &str| body["metadata"][field].as_str().unwrap_or_default();
        if text("name") != name {
            let message = format!(
                "the name of the object ({}) does not match the name on the URL ({name})",
                text("name")
            );
            return status(400, "BadRequest", &message);
        }
        let Some(stored) = self.objects.get(name) else {
            return not_found(name);
        };
        if let Some(answer) = conflict(name, &body, stored) {
            return answer;
        }
        if let Some(answer) = invalid(name, &body, stored) {
            return answer;
        }
        let signer = stored["spec"]["signerName"].as_str().unwrap_or_default();
        if self.forbidden_signers.iter().any(|known| known == signer) {
            let message = format!(
                "certificatesigningrequests.certificates.k8s.io \"{name}\" is forbidden: user not permitted to approve \
                 requests with signerName \"{signer}\""
            );
            return status(403, "Forbidden", &message);
        }
        let manager = request
            .query("fieldManager")
            .unwrap_or_else(|| "unknown".to_owned());
        let merged = merged(stored, &body, &manager);
        if request.query("dryRun").as_deref() == Some("All") {
            return Answer::json(200, &merged);
        }
        self.put(merged);
        self.read(name)
    }
}

/// The part of a list that a request asks for, and no more than so many items of it.
pub(super) fn page(
    request: &Request,
    api_version: &str,
    kind: &str,
    found: Vec<Value>,
    at_most: Option<usize>,
    version: u64,
) -> Answer {
    let asked = request
        .query("limit")
        .map_or(0, |limit| limit.parse().expect("a number"));
    let limit = at_most.unwrap_or(usize::MAX).min(match asked {
        0 => usize::MAX,
        limit => limit,
    });
    let start: usize = request.query("continue").map_or(0, |token| {
        token
            .trim_start_matches("after-")
            .parse()
            .expect("our token")
    });
    let end = found.len().min(start.saturating_add(limit));
    let mut metadata = json!({"resourceVersion": version.to_string()});
    if end < found.len() {
        metadata["continue"] = json!(format!("after-{end}"));
        metadata["remainingItemCount"] = json!(found.len() - end);
    }
    // A list is of one version as a whole: its items say neither apiVersion nor kind.
    let items = found.into_iter().take(end).skip(start).map(|mut item| {
        let fields = item.as_object_mut().expect("an object");
        fields.shift_remove("apiVersion");
        fields.shift_remove("kind");
        item
    });
    Answer::json(
        200,
        &json!({
            "kind": format!("{kind}List"),
            "apiVersion": api_version,
            "metadata": metadata,
            "items": items.collect::<Vec<_>>(),
        }),
    )
}

fn not_found(name: &str) -> Answer {
    let message = format!("certificatesigningrequests.certificates.k8s.io \"{name}\" not found");
    status(404, "NotFound", &message)
}

/// The preconditions: the uid first, then the resourceVersion. Those that are not given do not count.
fn conflict(name: &str, body: &Value, stored: &Value) -> Option<Answer> {
    let differs = |field: &str| {
        let given = body["metadata"][field].as_str().unwrap_or_default();
        let actual = stored["metadata"][field].as_str().unwrap_or_default();
        (!given.is_empty() && given != actual).then(|| (given.to_owned(), actual.to_owned()))
    };
    let why = if let Some((given, actual)) = differs("uid") {
        format!(
            "StorageError: invalid object, Code: 4, Key: /registry/certificatesigningrequests/{name}, \
             ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {given}, UID in object \
             meta: {actual}"
        )
    } else {
        differs("resourceVersion")?;
        "the object has been modified; please apply your changes to the latest version and try again".to_owned()
    };
    let message = format!(
        "Operation cannot be fulfilled on certificatesigningrequests.certificates.k8s.io \"{name}\": {why}"
    );
    Some(status(409, "Conflict", &message))
}

/// What validation of an update says against it.
fn invalid(name: &str, body: &Value, stored: &Value) -> Option<Answer> {
    let has = |object: &Value, kind: &str| {
        conditions(object)
            .iter()
            .any(|condition| condition["type"] == kind)
    };
    let removed = ["Approved", "Denied", "Failed"]
        .into_iter()
        .find(|kind| has(stored, kind) && !has(body, kind));
    let untrue = conditions(body)
        .iter()
        .any(|condition| condition["status"] != "True");
    let both = |object: &Value| has(object, "Approved") && has(object, "Denied");
    let request = stored["spec"]["request"].as_str().unwrap_or_default();
    let why = if let Some(kind) = removed {
        format!(
            "status.conditions: Forbidden: updates may not remove a condition of type \"{kind}\""
        )
    } else if both(body) && !both(stored) {
        "status.conditions: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive"
            .to_owned()
    } else if untrue {
        "status.conditions[0].status: Unsupported value: \"False\": supported values: \"True\""
            .to_owned()
    } else {
        let error = Pkcs10::decode(from_base64(request)).error?;
        format!("spec.request: Invalid value: \"{request}\": {error}")
    };
    let message =
        format!("CertificateSigningRequest.certificates.k8s.io \"{name}\" is invalid: {why}");
    Some(status(422, "Invalid", &message))
}

fn from_base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .expect("base64")
}

/// The stored object with what an update of the approval may change: conditions and metadata.
fn merged(stored: &Value, body: &Value, manager: &str) -> Value {
    let mut merged = stored.clone();
    for field in ["labels", "annotations", "finalizers", "ownerReferences"] {
        let metadata = merged["metadata"].as_object_mut().expect("an object");
        match body["metadata"].get(field) {
            Some(value) => metadata.insert(field.to_owned(), value.clone()),
            None => metadata.shift_remove(field),
        };
    }
    let mut conditions = conditions(body).to_vec();
    for condition in &mut conditions {
        for time in ["lastUpdateTime", "lastTransitionTime"] {
            if condition[time].is_null() {
                condition[time] = json!(now());
            }
        }
    }
    merged["status"]["conditions"] = conditions.into();
    managed_by(&mut merged, manager);
    merged
}

/// Notes who owns the conditions that nobody owned before.
fn managed_by(object: &mut Value, manager: &str) {
    let entries = object["metadata"]["managedFields"].as_array();
    let owned = |key: &str| {
        entries.is_some_and(|entries| {
            entries
                .iter()
                .any(|entry| !entry["fieldsV1"]["f:status"]["f:conditions"][key].is_null())
        })
    };
    let mut fields = json!({".": {}});
    for condition in conditions(object) {
        let key = json!({"type": condition["type"]}).to_string();
        let key = format!("k:{key}");
        if !owned(&key) {
            fields[key] = json!({".": {}, "f:status": {}, "f:type": {}});
        }
    }
    let entry = json!({
        "manager": manager,
        "operation": "Update",
        "apiVersion": "certificates.k8s.io/v1",
        "time": now(),
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:status": {"f:conditions": fields}},
        "subresource": "approval",
    });
    match object["metadata"]["managedFields"].as_array_mut() {
        Some(entries) => entries.push(entry),
        None => object["metadata"]["managedFields"] = json!([entry]),
    }
}
