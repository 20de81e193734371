CREATE TABLE "idempotency_records" (
	"api_key_id" uuid NOT NULL,
	"key" varchar(255) NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"error" varchar(50),
	"details" jsonb,
	"merged" boolean NOT NULL,
	"profile" jsonb NOT NULL,
	CONSTRAINT "idempotency_records_pkey" PRIMARY KEY("api_key_id","key")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "require_precondition" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_records" ADD CONSTRAINT "idempotency_records_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_records_created_at_idx" ON "idempotency_records" USING btree ("created_at");