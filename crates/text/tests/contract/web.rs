//! Addresses on the web.

use crate::check;

#[test]
fn addresses() {
    check(&[
        (
            "打开https://WWW.Example.COM/Path?a=1。",
            &["url|https://WWW.Example.COM/Path?a=1|https://www.example.com/Path?a=1"],
        ),
        ("网址www.abc.com，", &["url|www.abc.com|www.abc.com"]),
        ("登录abc.top/login 后", &["url|abc.top/login|abc.top/login"]),
        (
            "http://103.20.30.40:8080/",
            &["url|http://103.20.30.40:8080/|http://103.20.30.40:8080/"],
        ),
        (
            "链接（https://t.cn/A6abc）",
            &["url|https://t.cn/A6abc|https://t.cn/A6abc"],
        ),
        ("HTTPS://ABC.VIP下载", &["url|HTTPS://ABC.VIP|HTTPS://abc.vip"]),
        (
            "点https://a.b-c.xyz/d.apk下载",
            &["url|https://a.b-c.xyz/d.apk|https://a.b-c.xyz/d.apk"],
        ),
        ("gov.12381fz.cc", &["url|gov.12381fz.cc|gov.12381fz.cc"]),
        ("邮箱test@qq.com", &[]),
        ("安装包abc.apk", &[]),
        ("版本3.2.1", &[]),
        ("文件a.docx", &[]),
    ]);
}
