//! Selectors, as far as CSRs are selected by them.

use serde_json::Value;

/// Whether an object's labels fit `key`, `!key`, `key=value`, `key!=value` or several of these.
pub(super) fn labels_fit(object: &Value, selector: &str) -> bool {
    let label = |key: &str| object["metadata"]["labels"][key].as_str();
    terms(selector).all(|term| match split(term) {
        (key, "", _) if key.starts_with('!') => label(&key[1..]).is_none(),
        (key, "", _) => label(key).is_some(),
        (key, "!=", value) => label(key) != Some(value),
        (key, _, value) => label(key) == Some(value),
    })
}

/// Whether an object's fields fit, or what is wrong with the selector.
pub(super) fn fields_fit(object: &Value, selector: &str) -> Result<bool, String> {
    let mut all = true;
    for term in terms(selector) {
        let (field, operator, value) = split(term);
        let actual = match field {
            "metadata.name" => object["metadata"]["name"].as_str(),
            "spec.signerName" => object["spec"]["signerName"].as_str(),
            _ => return Err(format!("field label not supported: {field}")),
        };
        all &= match operator {
            "" => {
                return Err(format!(
                    "invalid selector: '{term}'; can't understand '{term}'"
                ));
            }
            "!=" => actual != Some(value),
            _ => actual == Some(value),
        };
    }
    Ok(all)
}

fn terms(selector: &str) -> impl Iterator<Item = &str> {
    selector.split(',').filter(|term| !term.is_empty())
}

fn split(term: &str) -> (&str, &str, &str) {
    ["!=", "==", "="]
        .into_iter()
        .find_map(|operator| {
            let (key, value) = term.split_once(operator)?;
            Some((key, operator, value))
        })
        .unwrap_or((term, "", ""))
}
