//! The caller's story with his own data veiled: what is masked in its field must not stand whole in the story beside it.
//!
//! Every identity number is veiled, and the names and telephones of the report's own people wherever they stand, whether
//! or not the sentence announces them. The other side's names,
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
    for (text, kind) in people.unwrap_or_default().iter().flat_map(of_person) {
        veil_literal(&mut letters, text, kind);
    }
    (letters.into_iter().collect(), entities)
}

/// What is known of a person and may stand in the story as it stands in the form.
fn of_person(person: &Person) -> [(&str, Kind); 3] {
    [
        (person.name.reveal(), Kind::Person),
        (person.phone.reveal(), Kind::Phone),
        (person.id_number.reveal(), Kind::IdCard),
    ]
}

/// A single letter is no name: veiling it would blot the story.
const LITERAL_MIN: usize = 2;

fn veil_literal(letters: &mut [char], text: &str, kind: Kind) {
    let wanted: Vec<char> = text.chars().collect();
    if wanted.len() < LITERAL_MIN {
        return;
    }
    let hidden: Vec<char> = hide(text, kind).chars().collect();
    for at in 0..letters.len().saturating_sub(wanted.len() - 1) {
        if letters[at..at + wanted.len()] == wanted[..] {
            letters[at..at + wanted.len()].copy_from_slice(&hidden);
        }
    }
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
    fn a_name_that_nothing_announces_is_veiled_too() {
        let at = Instant::from_wire14("20261122210855").unwrap();
        let story = "昨天下午，刘桂芳在家接到电话，说她的快递丢了。周强让她转账。";
        let victim = person(at, "刘桂芳", "19900000138");
        let (veiled, _) = veil(story, text::extract(story, at), Some(&[victim]));
        assert!(veiled.contains("刘**") && !veiled.contains("刘桂芳"), "{veiled}");
        assert!(veiled.contains("周强"), "the other side stays: {veiled}");
    }

    fn person(at: Instant, name: &str, phone: &str) -> Person {
        Person {
            id: PersonId::new(at, [1; 10]),
            report: ReportId::new(at, [2; 10]),
            role: PersonRole::Caller,
            position: 0,
            name: name.into(),
            id_type: "01".into(),
            id_number: "".into(),
            phone: phone.into(),
            sex: String::new(),
            age: None,
            address: "".into(),
            relation: String::new(),
        }
    }

    #[test]
    fn the_callers_own_data_is_veiled_and_places_hold() {
        let at = Instant::from_wire14("20261122210855").unwrap();
        let check = kernel::identifier::id_card_check("42110219000101124").unwrap();
        let story = format!(
            "我叫王小明，身份证号42110219000101124{check}，电话19900000138，对方电话19900000417，户名周某"
        );
        let me = person(at, "王小明", "19900000138");
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
