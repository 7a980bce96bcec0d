/** The mark: a hallmark punch with an A and its bead of metal. Decorative; the name stands beside it or in a label. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M9 1h14l8 8v14l-8 8H9l-8-8V9z" fill="#0b6583" />
      <path
        d="M8.5 24 16 7.5 23.5 24"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="19.4" r="2.6" fill="#e9b44c" />
    </svg>
  );
}
