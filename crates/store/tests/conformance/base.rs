//! The promises of the base: durable or not opened, saved with an entry or not at all, one chain in one order.

use crate::support::{entry, prove_whole};
use kernel::{Instant, Span};
use store::audit::{self, AuditQuery};
use store::fixture::{Place, for_each_engine};
use store::idempotency::{self, Answered};
use store::sea_orm::{ConnectionTrait, Statement};
use store::{Engine, Mark, Store, StoreConfig, StoreError, counter, lease, setting};

fn reasons(opened: Result<Store, StoreError>) -> String {
    match opened {
        Err(StoreError::Refused(lines)) => lines.join("\n"),
        Err(other) => panic!("another failure: {other:?}"),
        Ok(_) => panic!("the store was opened"),
    }
}

#[tokio::test]
async fn an_open_store_says_how_durable_it_is() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let said = store.durability();
        assert!(said.durable && !said.version.is_empty(), "{said:?}");
        let expected: &[(&str, &str)] = match place.engine() {
            Engine::Sqlite => &[
                ("journal_mode", "wal"),
                ("synchronous", "2"),
                ("foreign_keys", "1"),
                ("busy_timeout", "5000"),
            ],
            Engine::Postgres => &[
                ("fsync", "on"),
                ("full_page_writes", "on"),
                ("synchronous_commit", "on"),
            ],
        };
        for (name, value) in expected {
            assert_eq!(
                said.settings.get(*name).map(String::as_str),
                Some(*value),
                "{name}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_volatile_store_is_refused_unless_asked_for() {
    let mut config = StoreConfig::volatile();
    config.allow_volatile = false;
    let why = reasons(Store::open(&config).await);
    assert!(why.contains("synchronous") && why.contains("内存数据库"), "{why}");
    let drill = Store::open(&StoreConfig::volatile()).await.unwrap();
    assert!(!drill.durability().durable);
}

#[tokio::test]
async fn sqlite_without_a_write_ahead_log_is_refused() {
    let place = Place::empty(Engine::Sqlite).await;
    let mut config = place.config();
    config.url.push_str("?mode=memory");
    let why = reasons(Store::open(&config).await);
    assert!(why.contains("journal_mode"), "{why}");
}

#[tokio::test]
async fn postgresql_that_answers_before_it_flushes_is_refused() {
    let place = Place::fresh(Engine::Postgres).await;
    place.as_administrator(&format!(
        "ALTER DATABASE {} SET synchronous_commit = off",
        place.name()
    ));
    let why = reasons(Store::open(&place.config()).await);
    assert!(why.contains("synchronous_commit"), "{why}");
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_refused_without_showing_the_password() {
    for (url, part) in [
        ("mysql://u@h/d", "sqlite:"),
        ("sqlite:///nowhere/at/all/x.db", "/nowhere/at/all"),
        ("postgres://u:secret@localhost:1/d", "PostgreSQL"),
    ] {
        let why = reasons(Store::open(&StoreConfig::new(url, Mark::Demo, "421100", "测试中心")).await);
        assert!(why.contains(part) && !why.contains("secret"), "{why}");
    }
}

#[tokio::test]
async fn demo_and_real_never_mix() {
    for_each_engine(async |place| {
        place.open().await.close().await;
        let mut config = place.config();
        config.mark = Mark::Real;
        assert!(reasons(Store::open(&config).await).contains("演示库"));
        let mut config = place.config();
        config.centre_id = "420100".into();
        assert!(reasons(Store::open(&config).await).contains("421100"));
    })
    .await;
}

#[tokio::test]
async fn a_store_of_a_newer_release_is_refused() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        let newer = "INSERT INTO schema_step (version, applied_at) VALUES ('m9999_tomorrow', 0)";
        tx.conn().execute_unprepared(newer).await.unwrap();
        tx.commit(vec![entry("release", 1)]).await.unwrap();
        store.close().await;
        assert!(reasons(Store::open(&place.config()).await).contains("m9999_tomorrow"));
    })
    .await;
}

#[tokio::test]
async fn processes_that_start_together_make_one_schema() {
    for_each_engine(async |place| {
        let place = match place.engine() {
            Engine::Sqlite => place,
            engine => Place::empty(engine).await,
        };
        let starts: Vec<_> = (0..4)
            .map(|_| {
                tokio::spawn({
                    let config = place.config();
                    async move { Store::open(&config).await }
                })
            })
            .collect();
        for start in starts {
            let store = start.await.unwrap().unwrap_or_else(|error| panic!("{error:?}"));
            assert_eq!(store.centre().name, "测试中心");
        }
    })
    .await;
}

#[tokio::test]
async fn facts_and_entries_are_saved_together_or_not_at_all() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        setting::put(&tx, "kept", "1").await.unwrap();
        assert_eq!(
            tx.commit(vec![entry("a", 1), entry("b", 2)]).await.unwrap(),
            [1, 2]
        );

        let dropped = store.begin().await.unwrap();
        setting::put(&dropped, "dropped", "1").await.unwrap();
        drop(dropped);
        let undone = store.begin().await.unwrap();
        setting::put(&undone, "undone", "1").await.unwrap();
        undone.roll_back().await;

        for (key, value) in [("kept", Some("1")), ("dropped", None), ("undone", None)] {
            assert_eq!(
                setting::get(store.reader(), key).await.unwrap().as_deref(),
                value,
                "{key}"
            );
        }
        let tx = store.begin().await.unwrap();
        assert_eq!(tx.commit(vec![entry("c", 3)]).await.unwrap(), [3]);
        assert_eq!(prove_whole(&store).await, 3);
    })
    .await;
}

#[tokio::test]
#[should_panic(expected = "nothing is saved without its audit entry")]
async fn a_commit_without_an_entry_is_a_bug() {
    let store = Store::open(&StoreConfig::volatile()).await.unwrap();
    let _ = store.begin().await.unwrap().commit(Vec::new()).await;
}

#[tokio::test]
async fn a_transaction_that_failed_inside_cannot_be_committed() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        setting::put(&tx, "before", "1").await.unwrap();
        match place.engine() {
            // What a full disk does by itself: the transaction ends, and later statements would stand alone.
            Engine::Sqlite => tx.conn().execute_unprepared("ROLLBACK").await.map(drop).unwrap(),
            Engine::Postgres => drop(tx.conn().execute_unprepared("SELECT 1/0").await.unwrap_err()),
        }
        let _ = setting::put(&tx, "alone", "1").await;
        assert!(tx.commit(vec![entry("never", 1)]).await.is_err());

        assert_eq!(setting::get(store.reader(), "before").await.unwrap(), None);
        assert_eq!(audit::tip(store.reader()).await.unwrap().seq, 0);
        let tx = store.begin().await.unwrap();
        setting::put(&tx, "after", "1").await.unwrap();
        drop(tx);
        assert_eq!(
            setting::get(store.reader(), "after").await.unwrap(),
            None,
            "the next transaction is a real one"
        );
    })
    .await;
}

#[tokio::test]
async fn readers_cannot_write() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let written = store
            .reader()
            .execute_unprepared("INSERT INTO setting (key, value) VALUES ('a', 'b')")
            .await;
        let why = written.unwrap_err().to_string().to_lowercase();
        assert!(why.contains("read") && why.contains("only"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn readers_see_the_last_commit_while_a_writer_works() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        counter::bump(&tx, "order.sent", 5).await.unwrap();
        assert_eq!(counter::read(store.reader(), "order.sent").await.unwrap(), 0);
        tx.commit(vec![entry("count", 1)]).await.unwrap();
        assert_eq!(counter::read(store.reader(), "order.sent").await.unwrap(), 5);
    })
    .await;
}

#[tokio::test]
async fn entries_cannot_be_changed_or_removed() {
    for_each_engine(async |place| {
        let store = place.open().await;
        store
            .begin()
            .await
            .unwrap()
            .commit(vec![entry("a", 1)])
            .await
            .unwrap();
        for forgery in ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"] {
            let tx = store.begin().await.unwrap();
            let why = tx
                .conn()
                .execute_unprepared(forgery)
                .await
                .unwrap_err()
                .to_string();
            assert!(why.contains("append-only"), "{why}");
        }
        assert_eq!(prove_whole(&store).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_forged_row_is_seen_when_it_is_read() {
    for_each_engine(async |place| {
        let store = place.open().await;
        store
            .begin()
            .await
            .unwrap()
            .commit(vec![entry("a", 1), entry("b", 2)])
            .await
            .unwrap();
        let lift: &[&str] = match place.engine() {
            Engine::Sqlite => &["DROP TRIGGER audit_entry_no_update"],
            Engine::Postgres => &["DROP TRIGGER audit_entry_append_only ON audit_entry"],
        };
        let tx = store.begin().await.unwrap();
        for statement in lift {
            tx.conn().execute_unprepared(statement).await.unwrap();
        }
        tx.conn()
            .execute_unprepared("UPDATE audit_entry SET actor = 'x' WHERE seq = 1")
            .await
            .unwrap();
        let forge =
            "UPDATE audit_entry SET canonical = replace(canonical, 'conformance', 'curiosity') WHERE seq = 2";
        tx.conn().execute_unprepared(forge).await.unwrap();
        tx.commit(vec![entry("c", 3)]).await.unwrap();
        let sound = |seq| {
            let store = store.clone();
            async move { audit::line(store.reader(), seq).await.unwrap().unwrap().sound }
        };
        assert_eq!(
            (sound(1).await, sound(2).await, sound(3).await),
            (false, false, true)
        );
    })
    .await;
}

/// The load of the chain test: this many commits from this many tasks, in all.
const COMMITS: i64 = 1_000;
const TASKS: i64 = 8;

async fn commit_often(store: Store, task: i64, times: i64) {
    for n in 0..times {
        let tx = store.begin().await.unwrap();
        counter::bump(&tx, "done", 1).await.unwrap();
        tx.commit(vec![entry(&format!("task_{task}"), n)]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_commits_from_many_tasks_make_one_chain() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tasks: Vec<_> = (0..TASKS)
            .map(|task| tokio::spawn(commit_often(store.clone(), task, COMMITS / TASKS)))
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(prove_whole(&store).await, COMMITS as u64);
        assert_eq!(counter::read(store.reader(), "done").await.unwrap(), COMMITS);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_on_one_database_keep_one_chain() {
    for_each_engine(async |place| {
        let (one, two) = (place.open().await, place.open().await);
        let tasks = [
            (one.clone(), 1),
            (two.clone(), 2),
            (one.clone(), 3),
            (two.clone(), 4),
        ];
        let tasks: Vec<_> = tasks
            .map(|(store, task)| tokio::spawn(commit_often(store, task, 50)))
            .into_iter()
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(prove_whole(&one).await, 200);
        assert_eq!(counter::read(two.reader(), "done").await.unwrap(), 200);
    })
    .await;
}

#[tokio::test]
async fn a_writer_that_waits_too_long_is_told_so() {
    for_each_engine(async |place| {
        let (one, mut config) = (place.open().await, place.config());
        (config.writer_wait_ms, config.busy_timeout_ms) = (50, 50);
        let two = Store::open(&config).await.unwrap();
        let held = one.begin().await.unwrap();
        let error = two.begin().await.err().expect("another process holds the writer");
        assert!(
            matches!(error, StoreError::Busy) && error.retry_helps(),
            "{error:?}"
        );
        held.roll_back().await;
        two.begin()
            .await
            .unwrap()
            .commit(vec![entry("at last", 1)])
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_checkpoint_beside_an_open_transaction_takes_nothing_and_loses_nothing() {
    for_each_engine(async |place| {
        let store = place.open().await;
        for n in 0..5 {
            let tx = store.begin().await.unwrap();
            counter::bump(&tx, "done", 1).await.unwrap();
            tx.commit(vec![entry("count", n)]).await.unwrap();
        }
        let open = store.begin().await.unwrap();
        counter::bump(&open, "done", 1).await.unwrap();
        store.checkpoint().await.unwrap();
        assert_eq!(counter::read(store.reader(), "done").await.unwrap(), 5);
        open.commit(vec![entry("count", 5)]).await.unwrap();
        store.checkpoint().await.unwrap();
        store.checkpoint().await.unwrap();
        assert_eq!(counter::read(store.reader(), "done").await.unwrap(), 6);
        assert_eq!(prove_whole(&store).await, 6);
    })
    .await;
}

#[tokio::test]
async fn serial_numbers_have_no_gaps() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let mut given = Vec::new();
        for round in 0..6 {
            let tx = store.begin().await.unwrap();
            let serial = counter::next_serial(&tx, "止付2026").await.unwrap();
            if round % 2 == 0 {
                tx.commit(vec![entry("number", round)]).await.unwrap();
                given.push(serial);
            }
        }
        assert_eq!(given, [1, 2, 3]);
    })
    .await;
}

#[tokio::test]
async fn counters_are_read_by_prefix() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        for (name, delta) in [
            ("order.sent", 3),
            ("order.late", 1),
            ("order.sent", -1),
            ("report.new", 9),
        ] {
            counter::bump(&tx, name, delta).await.unwrap();
        }
        tx.commit(vec![entry("count", 1)]).await.unwrap();
        let read = counter::read_all(store.reader(), "order.").await.unwrap();
        assert_eq!(read, [("order.late".to_owned(), 1), ("order.sent".to_owned(), 2)]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_kept_once_for_each_actor_and_key() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let answered = |actor: &str, at| Answered {
            actor: actor.into(),
            key: "k-1".into(),
            route: "POST /api/orders".into(),
            request_digest: "d".into(),
            response_status: 201,
            response_body: "{\"id\":\"1\"}".into(),
            created_at: Instant::from_ms(at),
        };
        let tx = store.begin().await.unwrap();
        idempotency::keep(&tx, &answered("a", 1)).await.unwrap();
        idempotency::keep(&tx, &answered("b", 2)).await.unwrap();
        tx.commit(vec![entry("order", 1)]).await.unwrap();

        let tx = store.begin().await.unwrap();
        assert_eq!(
            idempotency::find(tx.conn(), "a", "k-1").await.unwrap(),
            Some(answered("a", 1))
        );
        assert_eq!(idempotency::find(tx.conn(), "c", "k-1").await.unwrap(), None);
        let twice = idempotency::keep(&tx, &answered("a", 3)).await.unwrap_err();
        assert!(matches!(twice, StoreError::Duplicate(_)), "{twice:?}");
        drop(tx);

        assert_eq!(idempotency::sweep(&store, Instant::from_ms(2)).await.unwrap(), 1);
        assert_eq!(idempotency::find(store.reader(), "a", "k-1").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_lease_goes_from_hand_to_hand_with_a_new_token() {
    for_each_engine(async |place| {
        let (one, two) = (place.open().await, place.open().await);
        let (at, minute) = (Instant::from_ms, Span::minutes(1));
        let first = lease::take(&one, "outbox", "one", at(0), minute)
            .await
            .unwrap()
            .expect("free");
        assert_eq!(
            lease::take(&two, "outbox", "two", at(1), minute).await.unwrap(),
            None
        );
        let longer = lease::take(&one, "outbox", "one", at(30_000), minute)
            .await
            .unwrap()
            .expect("its own");
        assert_eq!(
            (longer.fencing_token, longer.expires_at),
            (first.fencing_token, at(90_000))
        );

        let second = lease::take(&two, "outbox", "two", at(90_000), minute)
            .await
            .unwrap()
            .expect("ended");
        assert_ne!(second.fencing_token, first.fencing_token);
        let tx = one.begin().await.unwrap();
        assert!(matches!(
            lease::still_mine(&tx, &longer).await,
            Err(StoreError::LeaseLost(_))
        ));
        drop(tx);
        lease::give_back(&one, &longer).await.unwrap();
        let tx = two.begin().await.unwrap();
        lease::still_mine(&tx, &second).await.unwrap();
        drop(tx);
        lease::give_back(&two, &second).await.unwrap();
        assert!(
            lease::take(&one, "outbox", "one", at(90_001), minute)
                .await
                .unwrap()
                .is_some()
        );
        assert_eq!(
            audit::tip(one.reader()).await.unwrap().seq,
            0,
            "bookkeeping is no entry"
        );
    })
    .await;
}

/// A small log in which every filter finds something; times go back once, as after a clock was set.
async fn write_log(store: &Store) {
    let tx = store.begin().await.unwrap();
    let entries = (0..40i64).map(|n| {
        let mut new = entry(
            ["order_issue", "person_read", "paper_print"][n as usize % 3],
            2_000 * if n == 20 { 3 } else { n / 2 },
        );
        new.actor = format!("user-{}", n % 4);
        new.subject_id = format!("{}", n % 5);
        new.done = n % 7 != 0;
        new.refusal = (!new.done).then(|| "third_stop".to_owned());
        new
    });
    tx.commit(entries.collect()).await.unwrap();
}

#[tokio::test]
async fn the_log_is_read_page_by_page_under_every_filter() {
    for_each_engine(async |place| {
        let store = place.open().await;
        write_log(&store).await;
        let all = collect(
            &store,
            AuditQuery {
                limit: 500,
                ..AuditQuery::default()
            },
        )
        .await;
        assert_eq!(all.len(), 40);
        assert!(all.is_sorted_by(|a, b| a.seq > b.seq));
        type Keeps = fn(&auditchain::Entry) -> bool;
        let queries: [(AuditQuery, Keeps); 9] = [
            (AuditQuery::default(), |_| true),
            (
                AuditQuery {
                    actors: vec!["user-2".into()],
                    ..AuditQuery::default()
                },
                |e| e.actor == "user-2",
            ),
            (
                AuditQuery {
                    actors: vec!["user-1".into(), "user-3".into()],
                    from_ms: Some(8_000),
                    outcome: Some(auditchain::Outcome::Done),
                    ..AuditQuery::default()
                },
                |e| {
                    ["user-1", "user-3"].contains(&e.actor.as_str())
                        && e.at_ms >= 8_000
                        && e.refusal.is_none()
                },
            ),
            (
                AuditQuery {
                    action: Some("paper_print".into()),
                    ..AuditQuery::default()
                },
                |e| e.action == "paper_print",
            ),
            (
                AuditQuery {
                    subjects: vec![("order".into(), "3".into())],
                    ..AuditQuery::default()
                },
                |e| e.subject_id == "3",
            ),
            (
                AuditQuery {
                    subjects: vec![("order".into(), "3".into()), ("order".into(), "1".into())],
                    ..AuditQuery::default()
                },
                |e| ["1", "3"].contains(&e.subject_id.as_str()),
            ),
            (
                AuditQuery {
                    outcome: Some(auditchain::Outcome::Refused),
                    ..AuditQuery::default()
                },
                |e| e.refusal.is_some(),
            ),
            (
                AuditQuery {
                    outcome: Some(auditchain::Outcome::Done),
                    ..AuditQuery::default()
                },
                |e| e.refusal.is_none(),
            ),
            (
                AuditQuery {
                    from_ms: Some(6_000),
                    until_ms: Some(18_000),
                    ..AuditQuery::default()
                },
                |e| (6_000..18_000).contains(&e.at_ms),
            ),
        ];
        for (query, keeps) in queries {
            let expected: Vec<_> = all.iter().filter(|e| keeps(e)).cloned().collect();
            assert_eq!(
                collect(
                    &store,
                    AuditQuery {
                        limit: 3,
                        ..query.clone()
                    }
                )
                .await,
                expected,
                "{query:?}"
            );
        }
    })
    .await;
}

/// Two machines' clocks lie some milliseconds apart; one that was set back lies further, and the log shows it.
#[tokio::test]
async fn an_entrys_time_is_never_before_its_predecessors_unless_the_clock_was_set_back() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let apart = audit::CLOCKS_APART_MS;
        let commit = async |entries| store.begin().await.unwrap().commit(entries).await.unwrap();
        commit(vec![entry("a", 100_000), entry("b", 100_000 - apart)]).await;
        // Another transaction, so the time before comes from the head.
        commit(vec![entry("a", 100_001 - apart)]).await;
        commit(vec![entry("a", 100_000 - apart - 1), entry("b", 100_005)]).await;
        let query = AuditQuery {
            limit: 10,
            ..AuditQuery::default()
        };
        let mut times: Vec<i64> = collect(&store, query).await.iter().map(|e| e.at_ms).collect();
        times.reverse();
        assert_eq!(times, [100_000, 100_000, 100_000, 98_999, 100_005]);
        assert_eq!(audit::tip(store.reader()).await.unwrap().at_ms, 100_005);
    })
    .await;
}

async fn collect(store: &Store, mut query: AuditQuery) -> Vec<auditchain::Entry> {
    let mut all = Vec::new();
    loop {
        let page = audit::page(store.reader(), &query).await.unwrap();
        assert!(page.lines.len() as u64 <= query.limit && page.lines.iter().all(|line| line.sound));
        all.extend(page.lines.into_iter().map(|line| line.sealed.entry));
        query.after = page.next;
        if page.next.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn signed_heads_stand_in_the_export_behind_their_entries() {
    use auditchain::{Digest, Head, Sm2Signer};
    for_each_engine(async |place| {
        let store = place.open().await;
        let signer = Sm2Signer::from_secret(&[7; 32]).unwrap();
        let sign = |seq, digest, at| Head::sign(&signer, &store.centre().id, seq, digest, at).unwrap();
        audit::keep_head(&store, &sign(0, Digest::GENESIS, 1))
            .await
            .unwrap();
        for round in 2..5 {
            store
                .begin()
                .await
                .unwrap()
                .commit(vec![entry("a", round), entry("b", round)])
                .await
                .unwrap();
            let tip = audit::tip(store.reader()).await.unwrap();
            let head = sign(tip.seq, tip.digest, round);
            audit::keep_head(&store, &head).await.unwrap();
            audit::keep_head(&store, &head).await.unwrap();
            assert_eq!(audit::last_head(store.reader()).await.unwrap(), Some(head));
        }
        assert_eq!(prove_whole(&store).await, 6);
    })
    .await;
}

/// The lists of the viewer must not sort or scan the log, however long it is.
#[tokio::test]
async fn the_viewers_queries_are_served_by_an_index() {
    let place = Place::fresh(Engine::Sqlite).await;
    let store = place.open().await;
    for (filter, index) in [
        ("1 = 1", "USING INTEGER PRIMARY KEY"),
        ("actor = 'a'", "ix_audit_entry_actor_seq"),
        ("action = 'a'", "ix_audit_entry_action_seq"),
        (
            "subject_kind = 'order' AND subject_id = '1'",
            "ix_audit_entry_subject_kind_subject_id_seq",
        ),
        ("done = false", "ix_audit_entry_refused"),
    ] {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT * FROM audit_entry WHERE {filter} AND seq < 9 \
             ORDER BY seq DESC LIMIT 50"
        );
        let backend = store.reader().get_database_backend();
        let plan = store
            .reader()
            .query_all_raw(Statement::from_string(backend, sql))
            .await
            .unwrap();
        let plan: Vec<String> = plan
            .iter()
            .map(|row| row.try_get("", "detail").unwrap())
            .collect();
        assert!(plan.len() == 1 && plan[0].contains(index), "{filter}: {plan:?}");
    }
}

/// A stop that is refused late, after it has written, takes nothing of the report with it.
#[tokio::test]
async fn a_part_that_is_undone_leaves_what_was_written_before_and_after_it() {
    use crate::made::{report, save};
    use store::intake::{report_insert, report_load};
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        report_insert(&tx, &report(1), &[], &[]).await.unwrap();
        tx.part_begin();
        report_insert(&tx, &report(2), &[], &[]).await.unwrap();
        tx.part_undo().await.unwrap();
        tx.part_begin();
        report_insert(&tx, &report(3), &[], &[]).await.unwrap();
        tx.part_keep();
        tx.part_begin();
        tx.part_undo().await.unwrap();
        save(tx).await;
        for (n, kept) in [(1, true), (2, false), (3, true)] {
            let found = report_load(store.reader(), report(n).report.id).await.unwrap();
            assert_eq!(found.is_some(), kept, "{n}");
        }
    })
    .await;
}
