use serde_json::Value;

use super::{
    conformance::resolve,
    document,
    operations::OPERATIONS,
    schemas::{VERDICTS, all},
};

fn parsed() -> Value {
    serde_json::from_str(&document()).unwrap()
}

/// Every value in the document, depth first.
fn walk<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Object(members) => members.values().for_each(|member| walk(member, visit)),
        _ => {}
    }
}

#[test]
fn the_checked_in_description_is_this_one() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../docs/reference/openapi.json"
    );
    let found = std::fs::read_to_string(path).unwrap();
    let hint = "run: cargo run -q -p api --example openapi > docs/reference/openapi.json";
    assert!(found == document(), "{hint}");
}

#[test]
fn every_reference_leads_somewhere() {
    let document = parsed();
    let mut references = 0;
    walk(&document, &mut |value| {
        if value.get("$ref").is_some() {
            references += 1;
            resolve(&document, value);
        }
    });
    assert!(references > 50);
}

#[test]
fn every_shape_is_used() {
    let text = document();
    for name in all().as_object().unwrap().keys() {
        assert!(
            text.contains(&format!("\"#/components/schemas/{name}\"")),
            "{name}"
        );
    }
}

#[test]
fn every_call_has_a_name_an_answer_and_problems() {
    let document = parsed();
    let mut names = Vec::new();
    for operation in OPERATIONS {
        let described = &document["paths"][operation.path][operation.method];
        names.push(described["operationId"].as_str().unwrap());
        let responses = described["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')));
        assert!(responses.keys().any(|status| status.starts_with('5')));
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty());
            let problem = response["content"]
                .get("application/problem+json")
                .is_some();
            assert_eq!(
                problem,
                !status.starts_with('2'),
                "{} {status}",
                operation.path
            );
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn every_path_parameter_is_declared() {
    for operation in OPERATIONS {
        let declared = operation.subject.parameter();
        match operation.path.split_once('{') {
            Some((_, rest)) => assert!(rest.starts_with(declared.unwrap().0)),
            None => assert!(declared.is_none()),
        }
    }
}

#[test]
fn the_handbook_speaks_of_every_call_field_and_verdict() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../docs/reference/api.md"
    );
    let text = std::fs::read_to_string(path).unwrap();
    let schemas = all();
    let fields = ["StartVerification", "CheckCode", "Facts"].map(|name| {
        schemas[name]["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
    });
    let fields = fields.into_iter().flatten().filter(|name| *name != "code");
    for word in fields.chain(VERDICTS) {
        assert!(text.contains(&format!("`{word}`")), "{word}");
    }
    for operation in OPERATIONS {
        let method = operation.method.to_uppercase();
        let named = text.contains(&format!("`{method} {}`", operation.path));
        assert!(
            named || text.contains(&format!("`{}`", operation.path)),
            "{}",
            operation.id
        );
    }
}
