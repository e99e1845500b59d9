//! The caller's story with his own data veiled: what is masked in its field must not stand whole in the story beside it.
//!
//! Every identity number is veiled, and the names and telephones of the report's own people. The other side's names,
//! numbers and accounts stay: they are what the story is read for. Each veiled character keeps its place, so the places of
//! what was recognised still hold.

use store::intake::Person;
use text::{Entity, Kind};

/// The story and what was recognised in it, veiled. Without people, every name of a person stays and every telephone is
/// veiled.
pub fn veil(story: &str, mut entities: Vec<Entity>, people: Option<&[Person]>) -> (String, Vec<Entity>) {
    let mut letters: Vec<char> = story.chars().collect();
    for entity in entities.iter_mut().filter(|e| is_own(e, people)) {
        let hidden = hide(&entity.text, entity.kind);
        for (place, letter) in hidden.chars().enumerate() {
            if let Some(at) = letters.get_mut(entity.start + place) {
                *at = letter;
            }
        }
        entity.value.clone_from(&hidden);
        entity.text = hidden;
    }
    (letters.into_iter().collect(), entities)
}

fn is_own(entity: &Entity, people: Option<&[Person]>) -> bool {
    match (entity.kind, people) {
        (Kind::IdCard, _) | (Kind::Phone, None) => true,
        (Kind::Phone, Some(people)) => people.iter().any(|p| p.phone.reveal() == entity.value),
        (Kind::Person, Some(people)) => people.iter().any(|p| p.name.reveal() == entity.value),
        _ => false,
    }
}

/// As many characters as before: a name keeps its first, a number its first three and last four.
fn hide(text: &str, kind: Kind) -> String {
    let (head, tail) = if kind == Kind::Person { (1, 0) } else { (3, 4) };
    let count = text.chars().count();
    let hidden = |i: usize| i >= head && i + tail < count;
    text.chars()
        .enumerate()
        .map(|(i, c)| if hidden(i) { '*' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Instant, PersonId, ReportId};
    use store::intake::PersonRole;

    #[test]
    fn the_callers_own_data_is_veiled_and_places_hold() {
        let at = Instant::from_wire14("20261122210855").unwrap();
        let check = kernel::identifier::id_card_check("42110219000101124").unwrap();
        let story = format!(
            "我叫王小明，身份证号42110219000101124{check}，电话19900000138，对方电话19900000417，户名周某"
        );
        let me = Person {
            id: PersonId::new(at, [1; 10]),
            report: ReportId::new(at, [2; 10]),
            role: PersonRole::Caller,
            position: 0,
            name: "王小明".into(),
            id_type: "01".into(),
            id_number: "".into(),
            phone: "19900000138".into(),
            sex: String::new(),
            age: None,
            address: "".into(),
            relation: String::new(),
        };
        let (veiled, entities) = veil(&story, text::extract(&story, at), Some(&[me]));
        assert_eq!(veiled.chars().count(), story.chars().count());
        assert!(
            !veiled.contains("王小明") && !veiled.contains("19900000138") && !veiled.contains("19000101"),
            "{veiled}"
        );
        assert!(
            veiled.contains("19900000417") && veiled.contains("周某"),
            "{veiled}"
        );
        let letters: Vec<char> = veiled.chars().collect();
        for e in entities {
            let stands: String = letters[e.start..e.start + e.text.chars().count()]
                .iter()
                .collect();
            assert_eq!(stands, e.text);
        }
    }
}
