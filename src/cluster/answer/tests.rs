use super::*;

const APPROVAL: Ask<'_> = Ask::Approval {
    name: "x",
    dry_run: false,
};
const DRY_RUN: Ask<'_> = Ask::Approval {
    name: "x",
    dry_run: true,
};

fn answer(ask: Ask<'_>, code: u16, body: &str) -> Error {
    let response = http::Response::builder()
        .status(code)
        .header("retry-after", "7")
        .body(())
        .unwrap();
    refusal(
        ask,
        &Peer {
            server: "https://s",
            login_hint: "Log in.",
            redactor: &Redactor::default(),
        },
        &response.into_parts().0,
        body.as_bytes(),
    )
}

fn status(code: u16, reason: &str, message: &str) -> String {
    serde_json::json!({"kind": "Status", "reason": reason, "message": message, "code": code})
        .to_string()
}

#[test]
#[expect(clippy::too_many_lines, reason = "it is one table")]
fn every_refusal_has_its_kind_and_sentence() {
    let s = |code, reason, message| (code, status(code, reason, message));
    let table = [
        (
            Ask::List(Resource::CertificateSigningRequests),
            s(400, "BadRequest", "bad selector"),
            ErrorKind::Invalid,
            "bad selector",
        ),
        (
            Ask::List(Resource::CertificateSigningRequests),
            s(401, "Unauthorized", "Unauthorized"),
            ErrorKind::Unauthorized,
            "https://s does not accept the credentials",
        ),
        (
            Ask::Get("a b"),
            s(404, "NotFound", "…"),
            ErrorKind::NotFound,
            "there is no CSR \"a b\"",
        ),
        (
            Ask::Get("x"),
            (404, "404 page not found\n".into()),
            ErrorKind::BadAnswer,
            "https://s does not serve certificates.k8s.io/v1 (HTTP 404)",
        ),
        (
            Ask::List(Resource::Roles),
            (404, "404 page not found\n".into()),
            ErrorKind::BadAnswer,
            "https://s does not serve rbac.authorization.k8s.io/v1 (HTTP 404)",
        ),
        (
            Ask::Service,
            s(404, "NotFound", "services \"kubernetes\" not found"),
            ErrorKind::NotFound,
            "there is no Service default/kubernetes",
        ),
        (
            Ask::Version,
            (404, String::new()),
            ErrorKind::BadAnswer,
            "https://s does not serve the API of Kubernetes (HTTP 404)",
        ),
        (
            APPROVAL,
            s(409, "Conflict", "Operation cannot be fulfilled"),
            ErrorKind::Conflict,
            "the CSR \"x\" was changed or replaced since it was read",
        ),
        (
            Ask::List(Resource::CertificateSigningRequests),
            s(410, "Expired", ""),
            ErrorKind::Expired,
            "the list changed too much while it was read",
        ),
        (
            APPROVAL,
            s(422, "Invalid", "x is invalid"),
            ErrorKind::Invalid,
            "x is invalid",
        ),
        (
            Ask::List(Resource::CertificateSigningRequests),
            (429, "Too many requests, please try again later.".into()),
            ErrorKind::TooManyRequests,
            "the server has too many requests to answer this one",
        ),
        (
            Ask::List(Resource::CertificateSigningRequests),
            s(500, "InternalError", "etcd is gone"),
            ErrorKind::Server(500),
            "https://s failed (HTTP 500): etcd is gone",
        ),
        (
            Ask::Get("x"),
            s(504, "Timeout", "too slow"),
            ErrorKind::Timeout,
            "https://s did not finish in time: too slow",
        ),
        (
            Ask::List(Resource::CertificateSigningRequests),
            (502, "<html>oops".into()),
            ErrorKind::BadAnswer,
            "the answer of https://s is not from a Kubernetes API server (HTTP 502 from a gateway?)",
        ),
        (
            Ask::List(Resource::CertificateSigningRequests),
            (302, String::new()),
            ErrorKind::BadAnswer,
            "the answer of https://s is not from a Kubernetes API server (HTTP 302)",
        ),
    ];
    for (ask, (code, body), kind, message) in table {
        let error = answer(ask, code, &body);
        assert_eq!((error.kind(), error.message()), (kind, message));
    }
    assert_eq!(
        answer(
            Ask::List(Resource::CertificateSigningRequests),
            401,
            "<html>"
        )
        .hint(),
        Some("Log in.")
    );
    assert_eq!(
        answer(Ask::List(Resource::CertificateSigningRequests), 429, "").hint(),
        Some("Try again in 7 s.")
    );
    let error = answer(
        Ask::List(Resource::CertificateSigningRequests),
        400,
        "Client sent an HTTP request to an HTTPS server.\n",
    );
    assert_eq!(
        error.hint(),
        Some("The server's URL must start with https://.")
    );
}

#[test]
fn the_two_reasons_of_a_forbidden_approval_are_told_apart() {
    let user = "certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: User \"j\" cannot update \
                resource \"certificatesigningrequests/approval\" in API group \"certificates.k8s.io\" at the \
                cluster scope";
    let error = answer(APPROVAL, 403, &status(403, "Forbidden", user));
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(
        error
            .message()
            .starts_with("not allowed to decide about the CSR \"x\": User \"j\" cannot update")
    );
    let rule = "resources: [\"certificatesigningrequests/approval\"], verbs: [\"update\"].";
    assert!(error.hint().unwrap().ends_with(rule), "{error:?}");

    let signer = "certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: user not permitted to approve \
                  requests with signerName \"example.com/s\"";
    let error = answer(APPROVAL, 403, &status(403, "Forbidden", signer));
    let rule =
        "resources: [\"signers\"], verbs: [\"approve\"], resourceNames: [\"example.com/s\"].";
    assert!(error.hint().unwrap().ends_with(rule), "{error:?}");

    let anonymous = "x is forbidden: User \"system:anonymous\" cannot list";
    let error = answer(
        Ask::List(Resource::CertificateSigningRequests),
        403,
        &status(403, "Forbidden", anonymous),
    );
    assert_eq!(error.hint(), Some("Log in."));

    let error = answer(
        Ask::List(Resource::CertificateSigningRequests),
        403,
        &status(403, "Forbidden", ""),
    );
    assert_eq!(error.message(), "not allowed to list CSRs");
    assert!(error.hint().unwrap().contains("verbs: [\"get\", \"list\"]"));
}

#[test]
fn a_failure_leaves_the_outcome_of_a_write_unknown() {
    for body in [
        status(500, "InternalError", "etcdserver: request timed out"),
        "<html>".into(),
    ] {
        assert_eq!(
            answer(APPROVAL, 504, &body).kind(),
            ErrorKind::OutcomeUnknown
        );
        assert_ne!(
            answer(DRY_RUN, 504, &body).kind(),
            ErrorKind::OutcomeUnknown
        );
        assert_ne!(
            answer(Ask::Get("x"), 504, &body).kind(),
            ErrorKind::OutcomeUnknown
        );
    }
    assert_eq!(answer(APPROVAL, 429, "").kind(), ErrorKind::TooManyRequests);
}

#[test]
fn long_texts_are_bounded() {
    let error = answer(
        Ask::List(Resource::CertificateSigningRequests),
        500,
        &status(500, "", &"x".repeat(100_000)),
    );
    assert!(error.message().len() < 2000);
    let error = answer(
        Ask::List(Resource::CertificateSigningRequests),
        500,
        &"x".repeat(100_000),
    );
    assert!(error.message().len() + error.hint().unwrap().len() < 2000);
}
