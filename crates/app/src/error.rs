//! What a use case answers when it does not answer with the fact: a refusal, or a failure of the world.

use kernel::{Refusal, RefusalCode};

pub type AppResult<T> = Result<T, AppError>;

/// A refusal is expected and shown with its code; a failure is logged once, where it is handled, and shown without
/// its inside.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{attempted}: {source}")]
    Failed {
        attempted: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl AppError {
    /// Wraps a failure with what was being attempted.
    pub fn failed(
        attempted: &'static str,
    ) -> impl FnOnce(Box<dyn std::error::Error + Send + Sync>) -> AppError {
        move |source| AppError::Failed { attempted, source }
    }

    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            AppError::Refused(refusal) => Some(refusal),
            AppError::Failed { .. } => None,
        }
    }
}

impl From<RefusalCode> for AppError {
    fn from(code: RefusalCode) -> AppError {
        AppError::Refused(code.into())
    }
}

impl From<store::StoreError> for AppError {
    fn from(error: store::StoreError) -> AppError {
        if error.retry_helps() {
            return AppError::Refused(RefusalCode::Busy.into());
        }
        AppError::Failed {
            attempted: "use the store",
            source: Box::new(error),
        }
    }
}
