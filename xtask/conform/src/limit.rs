//! Uses up the limit that the server tells, to see its 429.
//!
//! The last thing of a run, after everything is put back: the key is of no use until the window ends.

use super::answer::Problem;
use super::run::Run;
use super::session::Halt;

impl Run<'_> {
    /// Sends what changes nothing until there is a 429, if `--max-requests` allows as much.
    pub(super) async fn use_up(&mut self) -> Result<(), Halt> {
        let operation = self.target.operation;
        if !operation.responses.contains_key("429") {
            return Ok(());
        }
        let request = self.target.request(self.target.base().as_ref());
        let credential = self.target.credential.as_ref();
        let Some(total) = self.session.limit.total else { return Ok(()) };
        if total >= self.session.left() as u64 {
            let left = self.session.left();
            self.report.leave_out(format!(
                "429: the limit is {total} requests, and `--max-requests` leaves {left}"
            ));
            return Ok(());
        }
        // Only what is taken in one window counts; a short one can end before it is used up.
        let mut window = (self.session.limit.resets_at, 0);
        while window.1 <= total {
            if self.session.left() == 0 {
                let why = "no window was used up before `--max-requests` was".to_owned();
                self.report.leave_out(format!("429: {why}"));
                return Ok(());
            }
            let answer = self.session.send(operation, credential, &request).await?;
            self.look("one request too many", &request, &answer);
            if answer.status == 429 {
                self.report
                    .note("the key's limit is used up now, until its window ends".to_owned());
                return Ok(());
            }
            let resets_at = self.session.limit.resets_at;
            window = (resets_at, if resets_at == window.0 { window.1 + 1 } else { 1 });
        }
        let problem = Problem::new(
            "limit-not-kept",
            format!("{}/responses/429", operation.pointer),
            "answers 429 to more requests than the limit says",
            format!("says that the limit is {total}, and takes more without a 429"),
        );
        self.add(problem, "more requests than the limit says", &request);
        Ok(())
    }
}
