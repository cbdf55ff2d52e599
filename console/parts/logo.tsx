import classes from "./logo.module.css";

export function Logo() {
  return (
    <span className={classes.logo}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
        <g fill="none" stroke="#fff" strokeWidth="2.5" strokeLinecap="round">
          <circle cx="16" cy="12.5" r="4.5" />
          <path d="M16 17v8m0-4h3.5" />
        </g>
      </svg>
      Keyhold
    </span>
  );
}
