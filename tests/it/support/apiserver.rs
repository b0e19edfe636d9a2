//! An API server on the loopback interface that holds CSRs, and answers as kube-apiserver does.
//!
//! It knows what a reviewer's tool can tell apart: preconditions, conditions that exclude each other or cannot be
//! taken back, who may approve for which signer, dry runs. And it fails on demand, in every way that networks do.

#[path = "apiserver/cluster.rs"]
mod cluster;
#[path = "apiserver/fault.rs"]
mod fault;
#[path = "apiserver/load.rs"]
mod load;
#[path = "apiserver/selector.rs"]
mod selector;
#[path = "apiserver/store.rs"]
mod store;
#[path = "apiserver/tls.rs"]
mod tls;
#[path = "apiserver/watch.rs"]
mod watch;

use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::{Value, json};

pub(crate) use cluster::KUBE_SYSTEM_UID;
pub(crate) use fault::{Fault, On};
pub(crate) use store::{Store, status};

/// The longest that a client may take to do what a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

use super::http::{Answer, Request};
use super::request::CsrObject;
use tls::Tls;

const CSRS: &str = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const WHO_AM_I: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

/// A hook into the store.
type Hook = Box<dyn FnOnce(&mut Store) + Send>;

/// What the server is told, and what it saw.
#[derive(Default)]
struct State {
    store: Store,
    requests: Vec<Request>,
    faults: Vec<(On, Fault)>,
    hooks: Vec<(On, bool, Hook)>,
    page: Option<usize>,
    who: Who,
    cluster: cluster::Cluster,
    watches: watch::Watches,
    load: load::Load,
}

/// How the question who one is gets answered.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// With this username and these groups.
    User(String, Vec<String>),
    /// It is forbidden to ask.
    Forbidden,
    /// The server is older than the question.
    Unserved,
}

impl Default for Who {
    fn default() -> Self {
        Self::User(
            "reviewer".to_owned(),
            vec!["approvers".to_owned(), "system:authenticated".to_owned()],
        )
    }
}

/// A server of its own for a test. It ends with the process.
pub(crate) struct ApiServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    tls: Option<Tls>,
}

impl ApiServer {
    /// Starts one without CSRs.
    pub(crate) fn start() -> Self {
        Self::start_with(None)
    }

    /// Starts one that speaks TLS: over plain http nobody sends credentials.
    pub(crate) fn start_tls() -> Self {
        Self::start_with(Some(Tls::new()))
    }

    fn start_with(tls: Option<Tls>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("a port");
        let state = Arc::new(Mutex::new(State::default()));
        let server = Self {
            address,
            state: state.clone(),
            tls: tls.clone(),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, tls) = (state.clone(), tls.clone());
                // A client that goes away is its own affair.
                thread::spawn(move || match tls {
                    None => serve(&stream, &stream, &state).ok(),
                    Some(tls) => serve(&stream, tls.accept(&stream), &state).ok(),
                });
            }
        });
        server
    }

    /// Starts one with these CSRs.
    pub(crate) fn with(objects: impl IntoIterator<Item = CsrObject>) -> Self {
        let server = Self::start();
        for object in objects {
            server.add(object);
        }
        server
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// A kubeconfig for it, with the context `test`.
    pub(crate) fn kubeconfig(&self) -> String {
        let url = self.url();
        let authority = self.tls.as_ref().map_or_else(String::new, |tls| {
            format!(", certificate-authority-data: {}", tls.authority)
        });
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
             contexts:\n- name: test\n  context: {{cluster: loopback, user: reviewer}}\n\
             clusters:\n- name: loopback\n  cluster: {{server: \"{url}\"{authority}}}\n\
             users:\n- name: reviewer\n  user: {{}}\n"
        )
    }

    /// Stores one more CSR.
    pub(crate) fn add(&self, object: CsrObject) {
        self.state().store.put(object.stamped().build());
    }

    /// Whatever happens to the store besides requests.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Store) -> T) -> T {
        change(&mut self.state().store)
    }

    /// A CSR as it is stored now.
    pub(crate) fn object(&self, name: &str) -> Option<Value> {
        self.state().store.get(name).cloned()
    }

    /// The types of the conditions of a CSR.
    pub(crate) fn conditions(&self, name: &str) -> Vec<String> {
        let object = self.object(name).expect("a CSR of that name");
        store::conditions(&object)
            .iter()
            .map(|condition| condition["type"].as_str().expect("a type").to_owned())
            .collect()
    }

    /// Pages hold no more than so many CSRs, whatever the client asks for.
    pub(crate) fn pages_of(&self, count: usize) {
        self.state().page = Some(count);
    }

    /// Who the client is, as far as it may know.
    pub(crate) fn who(&self, who: Who) {
        self.state().who = who;
    }

    /// Stores a Node, a role or a binding.
    pub(crate) fn hold(&self, object: Value) {
        self.state().cluster.hold(object);
    }

    /// Another Service `default/kubernetes`.
    pub(crate) fn service(&self, object: Value) {
        self.state().cluster.service = object;
    }

    /// Another cluster: its namespace kube-system has that uid.
    pub(crate) fn cluster_uid(&self, uid: &str) {
        uid.clone_into(&mut self.state().cluster.uid);
    }

    /// Another `gitVersion`.
    pub(crate) fn git_version(&self, version: &str) {
        version.clone_into(&mut self.state().cluster.git_version);
    }

    /// The server's clock is that far ahead of ours.
    pub(crate) fn clock_ahead(&self, by: SignedDuration) {
        self.state().cluster.clock = by;
    }

    /// Nobody may ask for that: `nodes`, `services`, `namespaces`, one of RBAC's four, an access review, `selfsubjectreviews`,
    /// `version`, or `certificatesigningrequests`, which forbids to list them.
    pub(crate) fn forbid(&self, resource: &str) {
        let mut state = self.state();
        match resource {
            "certificatesigningrequests" => state.store.list_forbidden = true,
            "selfsubjectreviews" => state.who = Who::Forbidden,
            _ => _ = state.cluster.forbidden.insert(resource.to_owned()),
        }
    }

    /// That may be asked for again.
    pub(crate) fn permit(&self, resource: &str) {
        self.state().cluster.forbidden.remove(resource);
    }

    /// Who asks for itself may do that; it is given the `resourceAttributes`. Without this, everything.
    pub(crate) fn own_access(&self, may: impl Fn(&Value) -> bool + Send + 'static) {
        let judge = move |spec: &Value| may(&spec["resourceAttributes"]);
        self.state().cluster.own_access = Box::new(judge);
    }

    /// A `SubjectAccessReview` is answered so; it is given the `spec`. Without this, always no.
    pub(crate) fn access(&self, may: impl Fn(&Value) -> bool + Send + 'static) {
        self.state().cluster.access = Box::new(may);
    }

    /// No more than so many writes are taken at a time.
    pub(crate) fn at_once(&self, limit: usize) {
        self.state().load.limit = Some(limit);
    }

    /// The most writes that were under way at a time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state().load.most
    }

    /// Nobody may list.
    pub(crate) fn forbid_list(&self) {
        self.state().store.list_forbidden = true;
    }

    /// Nobody may approve for that signer.
    pub(crate) fn forbid_signer(&self, name: &str) {
        self.state().store.forbidden_signers.push(name.to_owned());
    }

    /// Nobody may watch.
    pub(crate) fn forbid_watch(&self) {
        self.state().store.watch_forbidden = true;
    }

    /// Waits until somebody watches, and cuts off all who do, in the middle of a line. Who was only about to watch would
    /// not notice.
    pub(crate) fn cut_watches(&self) {
        let start = Instant::now();
        while self.watched() == 0 {
            assert!(start.elapsed() < PATIENCE, "nobody watches");
            thread::sleep(Duration::from_millis(1));
        }
        self.state().watches.cut();
    }

    /// Is away, and comes back at the same address: without connections, whoever had one.
    pub(crate) fn away(&self, away: bool) {
        let mut state = self.state();
        state.watches.away = away;
        state.watches.cut();
    }

    /// So many watch right now.
    pub(crate) fn watched(&self) -> usize {
        self.state().watches.open
    }

    /// Something goes wrong with such requests.
    pub(crate) fn fault(&self, on: On, fault: Fault) {
        self.state().faults.push((on, fault));
    }

    /// Nothing goes wrong any more.
    pub(crate) fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Something happens to the store before such a request is answered.
    pub(crate) fn before(&self, on: On, hook: impl FnOnce(&mut Store) + Send + 'static) {
        self.state().hooks.push((on, false, Box::new(hook)));
    }

    /// Something happens to the store after such a request was answered.
    pub(crate) fn after(&self, on: On, hook: impl FnOnce(&mut Store) + Send + 'static) {
        self.state().hooks.push((on, true, Box::new(hook)));
    }

    /// All that was sent.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state().requests.clone()
    }

    /// What was sent to change something.
    pub(crate) fn writes(&self) -> Vec<Request> {
        let reads = |request: &Request| {
            request.method == "GET" || request.path() == WHO_AM_I || cluster::is_review(request)
        };
        let mut requests = self.requests();
        requests.retain(|request| !reads(request));
        requests
    }

    /// The first lines of what was sent, without the protocol.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |request: &Request| format!("{} {}", request.method, request.target);
        self.requests().iter().map(line).collect()
    }
}

/// A test that failed elsewhere must not make this one fail for another reason.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(tcp: &TcpStream, stream: impl Read + Write, state: &Mutex<State>) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    if lock(state).watches.away {
        return tcp.shutdown(Shutdown::Both);
    }
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream)? {
        if lock(state).watches.away {
            return tcp.shutdown(Shutdown::Both);
        }
        let (fault, answer, limit) = {
            let mut state = lock(state);
            state.requests.push(request.clone());
            let too_many = state.load.begin(&request);
            let fault = state.take_fault(&request).or(too_many);
            state.run_hooks(&request, false);
            // Whether a request takes effect that is not answered is the fault's to say.
            let takes_effect = fault.as_ref().is_none_or(Fault::takes_effect);
            let answer = takes_effect.then(|| state.answer(&request));
            state.run_hooks(&request, true);
            (fault, answer, state.load.limit)
        };
        let whole = usize::MAX;
        let method = request.method.clone();
        load::Load::work(limit.filter(|_| method == "PUT"));
        let goes_on = match (fault, answer) {
            (None, Some(_)) if watch::is_asked_for(&request) => {
                // Cut off where that fails: what follows the end of a watch is another connection.
                watch::serve(stream.get_mut(), &request, state).ok();
                false
            }
            (None, Some(answer)) => {
                answer.write(stream.get_mut(), whole)?;
                true
            }
            (Some(fault), answer) => fault.strike(stream.get_mut(), answer, &request)?,
            (None, None) => unreachable!("what has no fault takes effect"),
        };
        lock(state).load.end(&method);
        if !goes_on {
            stream.get_mut().flush()?;
            return tcp.shutdown(Shutdown::Both);
        }
    }
    Ok(())
}

impl State {
    fn take_fault(&mut self, request: &Request) -> Option<Fault> {
        let index = self
            .faults
            .iter_mut()
            .position(|(on, _)| on.strikes(request))?;
        let fault = self.faults[index].1.clone();
        if self.faults[index].0.is_used_up() {
            self.faults.remove(index);
        }
        Some(fault)
    }

    fn run_hooks(&mut self, request: &Request, after: bool) {
        let mut index = 0;
        while index < self.hooks.len() {
            let (on, when, _) = &mut self.hooks[index];
            if *when == after && on.strikes(request) {
                let (_, _, hook) = self.hooks.remove(index);
                hook(&mut self.store);
            } else {
                index += 1;
            }
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let path = request.path();
        let method = request.method.as_str();
        if path == WHO_AM_I && method == "POST" {
            return who_am_i(&self.who);
        }
        if path == CSRS && method == "GET" {
            return self.store.list(request, self.page);
        }
        if let Some(answer) = self.cluster.answer(request, self.page) {
            return answer;
        }
        let rest = path.strip_prefix(CSRS).and_then(|r| r.strip_prefix('/'));
        match (
            method,
            rest.map(|rest| rest.split('/').collect::<Vec<_>>())
                .as_deref(),
        ) {
            ("GET", Some([name])) => self.store.read(&super::http::decoded(name)),
            ("PUT", Some([name, "approval"])) => {
                let name = super::http::decoded(name);
                self.store.approval(&name, request)
            }
            _ => Answer::new(404, "text/plain; charset=utf-8", "404 page not found\n"),
        }
    }
}

fn who_am_i(who: &Who) -> Answer {
    match who {
        Who::User(username, groups) => Answer::json(
            201,
            &json!({
                "apiVersion": "authentication.k8s.io/v1",
                "kind": "SelfSubjectReview",
                "metadata": {"creationTimestamp": null},
                "status": {"userInfo": {"username": username, "groups": groups}},
            }),
        ),
        Who::Forbidden => status(
            403,
            "Forbidden",
            "selfsubjectreviews.authentication.k8s.io is forbidden: User \"reviewer\" cannot create resource \
             \"selfsubjectreviews\" in API group \"authentication.k8s.io\" at the cluster scope",
        ),
        Who::Unserved => Answer::new(404, "text/plain; charset=utf-8", "404 page not found\n"),
    }
}
